import { PageLink } from '../../commons/link';
import type { TableConfig } from '../../commons/table';
import { Ago } from '../../commons/time/ago';
import { usedInText } from '../../commons/used-by/text';
import type { MetricRow } from './hooks';
import { metricTypes } from './types';

/** The list of custom metrics. */
export const metricsTable: TableConfig<MetricRow> = {
  id: 'custom-metrics',
  one: 'custom metric',
  many: 'custom metrics',
  key: ({ name }) => name,
  sort: { column: 'name', descending: false },
  columns: [
    { id: 'name', header: 'Name', rowHeader: true, minWidth: 180, value: ({ name }) => name, cell: ({ name }) => <PageLink to={pathOf(name)}>{name}</PageLink> },
    { id: 'display', header: 'Display name', minWidth: 180, value: ({ metric }) => metric?.displayName, cell: ({ metric }) => metric?.displayName || '–' },
    { id: 'type', header: 'Type', minWidth: 140, value: typeText, cell: (row) => typeText(row) ?? '–' },
    { id: 'users', header: 'Used in', minWidth: 160, value: ({ users }) => users?.length, cell: (row) => <UsedIn row={row} /> },
    { id: 'created', header: 'Created', minWidth: 120, value: ({ metric }) => metric?.creationDate, cell: ({ metric }) => <Ago time={metric?.creationDate} /> },
    { id: 'changed', header: 'Changed', hidden: true, minWidth: 120, value: ({ metric }) => metric?.lastModifiedDate, cell: ({ metric }) => <Ago time={metric?.lastModifiedDate} /> },
  ],
  filters: [
    { key: 'name', label: 'Name', group: 'Names', operators: [':', '=', '^', '!:'], of: ({ name, metric }) => [name, metric?.displayName] },
    { key: 'type', label: 'Type', group: 'Types', values: Object.entries(metricTypes).map(([value, { title }]) => ({ value, label: title })), of: ({ metric }) => metric?.metricType },
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

/** The page of a metric. */
export function pathOf(name: string): string {
  return `/metrics/${encodeURIComponent(name)}`;
}

function typeText({ metric }: MetricRow): string | undefined {
  return metric?.metricType && metricTypes[metric.metricType].title;
}

function UsedIn({ row: { name, users } }: { row: MetricRow }) {
  const text = usedInText(users);
  return users && users.length > 0 ? <PageLink to={`${pathOf(name)}?tab=profiles`}>{text}</PageLink> : <>{text}</>;
}
