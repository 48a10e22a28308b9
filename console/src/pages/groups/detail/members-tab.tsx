import Button from '@cloudscape-design/components/button';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import { useState, type ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { useCan } from '../../../api';
import { Can } from '../../../commons/can';
import { Empty } from '../../../commons/states/empty';
import { ResourceTable, useServerRows, type Rows } from '../../../commons/table';
import { onePerKey, searchInput } from '../../things/input';
import { AddMembers } from './add-members';
import { allMembersTable, directMembersTable } from './members-table';
import { RemoveMembers } from './remove-members';

/** nested: there are groups below. */
export function MembersTab({ name, nested }: { name: string; nested: boolean }) {
  const [search, setSearch] = useSearchParams();
  const direct = search.get('members') === 'direct';
  const choice = nested && (
    <SegmentedControl
      label="Things to show"
      selectedId={direct ? 'direct' : 'all'}
      options={[
        { id: 'all', text: 'Groups below too' },
        { id: 'direct', text: 'In this group itself' },
      ]}
      onChange={({ detail }) => setSearch({ tab: 'members', ...(detail.selectedId === 'direct' && { members: 'direct' }) }, { replace: true })}
    />
  );
  return nested && direct ? <DirectMembers name={name} choice={choice} /> : <AllMembers name={name} choice={choice} removable={!nested} />;
}

function AllMembers({ name, choice, removable }: { name: string; choice: ReactNode; removable: boolean }) {
  const found = useServerRows(allMembersTable, 'SearchThings', ({ values, order }) => ({ ...searchInput(values, order), thingGroupName: name }), { every: 15_000 });
  const rows = { ...found, state: { ...found.state, setFilters: (tokens: Parameters<typeof onePerKey>[0]) => found.state.setFilters(onePerKey(tokens)) } };
  return <Members name={name} rows={rows} nameOf={({ thingName }) => thingName} removable={removable} choice={choice} />;
}

function DirectMembers({ name, choice }: { name: string; choice: ReactNode }) {
  const rows = useServerRows(directMembersTable, 'ListThingsInThingGroup', () => ({ thingGroupName: name }));
  return <Members name={name} rows={rows} nameOf={(thing) => thing} removable choice={choice} />;
}

interface MembersProps<T> {
  name: string;
  rows: Rows<T>;
  nameOf: (row: T) => string;
  /** Those that are shown are in the group itself. */
  removable: boolean;
  choice: ReactNode;
}

function Members<T>({ name, rows, nameOf, removable, choice }: MembersProps<T>) {
  const [selected, select] = useState<string[]>([]);
  const [open, setOpen] = useState<'add' | 'remove'>();
  const mayRemove = useCan('RemoveThingFromThingGroup') && removable;
  const mayFind = useCan('SearchThings');
  const chosen = rows.items.filter((row) => selected.includes(nameOf(row)));
  const close = () => {
    setOpen(undefined);
    select([]);
  };
  const add = mayFind && (
    <Can do="AddThingToThingGroup">
      <Button onClick={() => setOpen('add')}>Add things</Button>
    </Can>
  );
  return (
    <>
      <ResourceTable
        rows={rows}
        variant="container"
        title="Things"
        {...(mayRemove && { selection: 'multi' as const })}
        selected={chosen}
        onSelect={(items) => select(items.map(nameOf))}
        controls={choice || undefined}
        actions={
          <>
            {mayRemove && (
              <Button disabled={chosen.length === 0} onClick={() => setOpen('remove')}>
                Remove
              </Button>
            )}
            {add}
          </>
        }
        empty={
          <Empty title="No things" action={add}>
            No thing is in this group.
          </Empty>
        }
      />
      {open === 'add' && <AddMembers group={name} onClose={close} />}
      {open === 'remove' && <RemoveMembers group={name} things={chosen.map(nameOf)} onClose={close} />}
    </>
  );
}
