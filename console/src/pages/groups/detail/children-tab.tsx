import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { Can } from '../../../commons/can';
import { PageLink } from '../../../commons/link';
import { Empty } from '../../../commons/states/empty';
import { ResourceTable, useLocalRows, type TableConfig } from '../../../commons/table';
import { CreateGroup } from '../components/create-group';

const table: TableConfig<string> = {
  id: 'child-groups',
  one: 'thing group',
  many: 'thing groups',
  key: (name) => name,
  sort: { column: 'name', descending: false },
  columns: [{ id: 'name', header: 'Name', rowHeader: true, minWidth: 200, value: (name) => name, cell: (name) => <PageLink to={`/groups/${encodeURIComponent(name)}`}>{name}</PageLink> }],
};

/** The groups right below a group. */
export function ChildrenTab({ name, below }: { name: string; below: string[] }) {
  const rows = useLocalRows(table, { data: below, error: null, isLoading: false, refetch: () => undefined });
  const [creating, setCreating] = useState(false);
  const create = (
    <Can do="CreateThingGroup">
      <Button onClick={() => setCreating(true)}>Create group below</Button>
    </Can>
  );
  return (
    <>
      <ResourceTable
        rows={rows}
        variant="container"
        title="Groups below"
        actions={create}
        empty={
          <Empty title="No groups below" action={create}>
            What is attached to {name} applies to groups below it as well.
          </Empty>
        }
      />
      {creating && <CreateGroup parent={name} onDone={() => setCreating(false)} onCancel={() => setCreating(false)} />}
    </>
  );
}
