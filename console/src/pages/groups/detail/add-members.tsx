import FormField from '@cloudscape-design/components/form-field';
import { useState } from 'react';
import { useMutationOf } from '../../../api';
import { plural } from '../../../commons/format';
import { ActionDialog } from '../../../commons/form/action-dialog';
import { useNotifications } from '../../../commons/notifications';
import { ChooseThings } from './choose-things';
import { useOneByOne } from './one-by-one';

/** Chooses things and puts them into a group. Render it only while it is open. */
export function AddMembers({ group, onClose }: { group: string; onClose: () => void }) {
  const [things, setThings] = useState<string[]>([]);
  const { success } = useNotifications();
  const adding = useMutationOf('AddThingToThingGroup');
  const { run, busy, error } = useOneByOne((thingName) => adding.mutateAsync({ thingGroupName: group, thingName }));
  const add = async () => {
    const failed = await run(things);
    if (failed.length > 0) return setThings(failed);
    success(`${plural(things.length, 'thing')} added to ${group}`);
    onClose();
  };
  return (
    <ActionDialog title={`Add things to ${group}`} action="Add" disabled={things.length === 0} busy={busy} error={error} onConfirm={() => void add()} onCancel={onClose}>
      <FormField label="Things" description="Registered things only. Type the beginning of a name.">
        <ChooseThings things={things} onChange={setThings} />
      </FormField>
    </ActionDialog>
  );
}
