import { PageLink } from '../../commons/link';
import { shorten } from '../../commons/format';
import type { TableConfig } from '../../commons/table';
import { Ago } from '../../commons/time/ago';
import { usedInText } from '../../commons/used-by/text';
import type { DimensionRow } from './hooks';

/** The list of dimensions. */
export const dimensionsTable: TableConfig<DimensionRow> = {
  id: 'dimensions',
  one: 'dimension',
  many: 'dimensions',
  key: ({ name }) => name,
  sort: { column: 'name', descending: false },
  columns: [
    { id: 'name', header: 'Name', rowHeader: true, minWidth: 180, value: ({ name }) => name, cell: ({ name }) => <PageLink to={`/dimensions/${encodeURIComponent(name)}`}>{name}</PageLink> },
    { id: 'filters', header: 'Topic filters', minWidth: 240, width: 420, value: ({ dimension }) => dimension?.stringValues?.length, cell: ({ dimension }) => <span className="vedette-mono">{dimension ? shorten(dimension.stringValues ?? [], 3) : '–'}</span> },
    { id: 'users', header: 'Used in', minWidth: 160, value: ({ users }) => users?.length, cell: ({ name, users }) => <UsedIn name={name} users={users} /> },
    { id: 'changed', header: 'Changed', minWidth: 120, value: ({ dimension }) => dimension?.lastModifiedDate, cell: ({ dimension }) => <Ago time={dimension?.lastModifiedDate} /> },
    { id: 'created', header: 'Created', minWidth: 120, value: ({ dimension }) => dimension?.creationDate, cell: ({ dimension }) => <Ago time={dimension?.creationDate} /> },
  ],
  filters: [
    { key: 'name', label: 'Name', group: 'Names', operators: [':', '=', '^', '!:'], of: ({ name }) => name },
    { key: 'filter', label: 'Topic filter', group: 'Topic filters', operators: [':', '='], of: ({ dimension }) => dimension?.stringValues },
    { key: 'profile', label: 'Security profile', group: 'Security profiles', operators: ['=', ':'], of: ({ users }) => users },
    {
      key: 'used',
      label: 'Use',
      values: [
        { value: 'yes', label: 'Used' },
        { value: 'no', label: 'Not used' },
      ],
      of: ({ users }) => users && (users.length > 0 ? 'yes' : 'no'),
    },
  ],
};

function UsedIn({ name, users }: { name: string; users: string[] | undefined }) {
  const text = usedInText(users);
  return users && users.length > 0 ? <PageLink to={`/dimensions/${encodeURIComponent(name)}`}>{text}</PageLink> : <>{text}</>;
}
