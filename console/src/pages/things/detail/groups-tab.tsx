import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { messageOf, useCan, useMutationOf, type Output } from '../../../api';
import { Can } from '../../../commons/can';
import { plural } from '../../../commons/format';
import { ActionDialog } from '../../../commons/form/action-dialog';
import { PageLink } from '../../../commons/link';
import { useNotifications } from '../../../commons/notifications';
import { Empty } from '../../../commons/states/empty';
import { ResourceTable, useLocalRows, type TableConfig } from '../../../commons/table';
import { AddToGroups } from './add-to-groups';

const table: TableConfig<string> = {
  id: 'thing-groups-of-thing',
  one: 'thing group',
  many: 'thing groups',
  key: (name) => name,
  sort: { column: 'name', descending: false },
  columns: [
    { id: 'name', header: 'Name', rowHeader: true, minWidth: 200, value: (name) => name, cell: (name) => <PageLink to={`/groups/${encodeURIComponent(name)}`}>{name}</PageLink> },
  ],
};

/** The groups that a thing is in. */
export function GroupsTab({ thing: { thingName, thingGroupNames } }: { thing: Output<'GetThing'> }) {
  const rows = useLocalRows(table, { data: thingGroupNames, error: null, isLoading: false, refetch: () => undefined });
  const [selected, select] = useState<string[]>([]);
  const [open, setOpen] = useState<'add' | 'remove'>();
  const mayRemove = useCan('UpdateThingGroupsForThing');
  const mayList = useCan('ListThingGroups');
  const chosen = selected.filter((name) => thingGroupNames.includes(name));
  const add = mayList && (
    <Can do="UpdateThingGroupsForThing">
      <Button onClick={() => setOpen('add')}>Add to groups</Button>
    </Can>
  );
  const close = () => {
    setOpen(undefined);
    select([]);
  };
  return (
    <>
      <ResourceTable
        rows={rows}
        variant="container"
        title="Thing groups"
        description="Security profiles and policies of a group, and of the groups above it, apply to the thing"
        {...(mayRemove && { selection: 'multi' as const })}
        selected={chosen}
        onSelect={select}
        actions={
          <>
            {mayRemove && (
              <Button disabled={chosen.length === 0} onClick={() => setOpen('remove')}>
                Remove from groups
              </Button>
            )}
            {add}
          </>
        }
        empty={
          <Empty title="No thing groups" action={add}>
            The thing is in no group. Only security profiles for all things apply to it.
          </Empty>
        }
      />
      {open === 'add' && <AddToGroups thingName={thingName} except={thingGroupNames} onClose={close} />}
      {open === 'remove' && <RemoveFromGroups thingName={thingName} groups={chosen} onClose={close} />}
    </>
  );
}

function RemoveFromGroups({ thingName, groups, onClose }: { thingName: string; groups: string[]; onClose: () => void }) {
  const { success } = useNotifications();
  const change = useMutationOf('UpdateThingGroupsForThing', () => {
    success(`${thingName} is removed from ${plural(groups.length, 'thing group')}`);
    onClose();
  });
  return (
    <ActionDialog
      title="Remove from thing groups"
      action="Remove"
      busy={change.isPending}
      error={change.error ? messageOf(change.error) : undefined}
      onConfirm={() => change.mutate({ thingName, thingGroupsToRemove: groups })}
      onCancel={onClose}
    >
      Remove {thingName} from {groups.join(', ')}? Alarms of security profiles that apply to it only through these groups end as invalidated.
    </ActionDialog>
  );
}

