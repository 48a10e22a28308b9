import type { Output } from '../../../api';
import { Empty } from '../../../commons/states/empty';
import { ResourceTable, useLocalRows, type TableConfig } from '../../../commons/table';

const table: TableConfig<string> = {
  id: 'thing-policies',
  one: 'policy',
  many: 'policies',
  key: (name) => name,
  sort: { column: 'name', descending: false },
  columns: [{ id: 'name', header: 'Name', rowHeader: true, minWidth: 200, value: (name) => name, cell: (name) => name }],
};

/** The policies that say what the thing may do. */
export function PoliciesTab({ thing: { policies } }: { thing: Output<'GetThing'> }) {
  const rows = useLocalRows(table, { data: policies, error: null, isLoading: false, refetch: () => undefined });
  return (
    <ResourceTable
      rows={rows}
      variant="container"
      title="Policies"
      description="Of its certificates, of its thing groups, and of the groups above them"
      empty={<Empty title="No policies">Nothing allows this thing to connect by certificate. Attach a policy to one of its certificates or thing groups.</Empty>}
    />
  );
}
