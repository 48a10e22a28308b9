import { useMutationOf } from '../../../api';
import { plural, shorten } from '../../../commons/format';
import { ActionDialog } from '../../../commons/form/action-dialog';
import { useNotifications } from '../../../commons/notifications';
import { useOneByOne } from './one-by-one';

/** Asks, and takes things out of a group. Render it only while it is open. */
export function RemoveMembers({ group, things, onClose }: { group: string; things: string[]; onClose: () => void }) {
  const { success } = useNotifications();
  const removing = useMutationOf('RemoveThingFromThingGroup');
  const { run, busy, error } = useOneByOne((thingName) => removing.mutateAsync({ thingGroupName: group, thingName }));
  const remove = async () => {
    if ((await run(things)).length > 0) return;
    success(`${plural(things.length, 'thing')} removed from ${group}`);
    onClose();
  };
  return (
    <ActionDialog title="Remove things" action="Remove" busy={busy} error={error} onConfirm={() => void remove()} onCancel={onClose}>
      Remove {shorten(things, 8)} from {group}? The things stay registered. Their alarms of security profiles that apply only through this group end as invalidated.
    </ActionDialog>
  );
}
