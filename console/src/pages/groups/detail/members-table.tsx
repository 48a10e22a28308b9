import type { FoundThing } from '../../../api';
import { PageLink } from '../../../commons/link';
import type { TableConfig } from '../../../commons/table';
import { thingsTable } from '../../things/config';

const { columns, filters = [] } = thingsTable([]);

/** Things of a group and of the groups below it. */
export const allMembersTable: TableConfig<FoundThing> = {
  ...thingsTable([]),
  id: 'group-things',
  columns: columns.filter(({ id }) => id !== 'registered'),
  filters: filters.filter(({ key }) => key !== 'thingGroupName').map((filter) => (filter.values ? { ...filter, values: filter.values.filter(({ value }) => value !== 'unregistered') } : filter)),
};

/** Things that are in a group itself. */
export const directMembersTable: TableConfig<string> = {
  id: 'group-members',
  one: 'thing',
  many: 'things',
  key: (name) => name,
  columns: [{ id: 'name', header: 'Name', rowHeader: true, minWidth: 220, cell: (name) => <PageLink to={`/things/${encodeURIComponent(name)}`}>{name}</PageLink> }],
};
