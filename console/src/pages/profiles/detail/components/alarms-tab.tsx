import type { ListOrder, ViolationSort } from '../../../../api';
import { PageLink } from '../../../../commons/link';
import { Empty } from '../../../../commons/states/empty';
import { filterQuery, ResourceTable, useServerRows } from '../../../../commons/table';
import { alarmsTable } from '../config';

/** What the columns' sortBy say. */
interface SearchOrder {
  sort: ViolationSort;
  order: ListOrder;
}

/** Things that are in alarm because of this profile. */
export function AlarmsTab({ name }: { name: string }) {
  const rows = useServerRows(alarmsTable, 'SearchViolations', ({ values, order }) => ({ ...values, ...(order as SearchOrder | undefined), state: 'active', securityProfileName: name }));
  return (
    <ResourceTable
      rows={rows}
      variant="container"
      title="Active alarms"
      actions={<PageLink to={`/alarms/history${filterQuery({ securityProfileName: name })}`}>History</PageLink>}
      empty={<Empty title="No thing is in alarm">All things of the profile do what it calls normal.</Empty>}
    />
  );
}
