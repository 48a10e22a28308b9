import type { ListOrder, ViolationSort } from '../../../api';
import { PageLink } from '../../../commons/link';
import { Empty } from '../../../commons/states/empty';
import { filterQuery, ResourceTable, useServerRows } from '../../../commons/table';
import { alarmsTable } from './alarms-table';

/** What the columns' sortBy say. */
interface SearchOrder {
  sort: ViolationSort;
  order: ListOrder;
}

/** Alarms of one thing, active and ended. */
export function AlarmsTab({ thingName }: { thingName: string }) {
  const rows = useServerRows(alarmsTable, 'SearchViolations', ({ values, order }) => ({ state: 'all', ...values, ...(order as SearchOrder | undefined), thingName }));
  return (
    <ResourceTable
      rows={rows}
      variant="container"
      title="Alarms"
      actions={<PageLink to={`/alarms/history${filterQuery({ thingName, last: '30d' })}`}>Events</PageLink>}
      empty={<Empty title="No alarms">This thing has always done what its security profiles call normal, as far as alarms are kept.</Empty>}
    />
  );
}
