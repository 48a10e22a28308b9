import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { FoundThing, ListOrder, ThingOrder, ThingState } from '../../api';
import { PageLink } from '../../commons/link';
import { filterQuery, type TableConfig } from '../../commons/table';
import { Ago } from '../../commons/time/ago';
import { Connection } from './components/connection';

/** What SearchThings calls states, in words. */
export const thingStates: Record<ThingState, string> = {
  connected: 'Connected',
  disconnected: 'Disconnected',
  reporting: 'Reporting',
  silent: 'Silent',
  inAlarm: 'In alarm',
  unregistered: 'Unregistered',
};

/** What the columns' sortBy say. */
export interface ThingsOrder {
  sort: ThingOrder;
  order: ListOrder;
}

/** The list of things. groups: names to offer in the filter. */
export function thingsTable(groups: string[]): TableConfig<FoundThing> {
  return {
    id: 'things',
    one: 'thing',
    many: 'things',
    key: ({ thingName }) => thingName,
    sort: { column: 'name', descending: false },
    columns: [
      {
        id: 'name',
        header: 'Name',
        rowHeader: true,
        sortBy: 'thingName',
        minWidth: 180,
        cell: ({ thingName }) => <PageLink to={`/things/${encodeURIComponent(thingName)}`}>{thingName}</PageLink>,
      },
      { id: 'connection', header: 'Connection', minWidth: 165, cell: (thing) => <Connection of={thing} /> },
      { id: 'report', header: 'Last report', sortBy: 'lastReportTime', minWidth: 120, cell: ({ lastReportTime }) => <Ago time={lastReportTime} absent="None" /> },
      {
        id: 'alarms',
        header: 'Active alarms',
        minWidth: 120,
        cell: ({ thingName, activeAlarms }) =>
          activeAlarms === 0 ? (
            0
          ) : (
            <StatusIndicator type="error">
              <PageLink to={`/alarms${filterQuery({ thingName })}`}>{activeAlarms}</PageLink>
            </StatusIndicator>
          ),
      },
      { id: 'registered', header: 'Registered', minWidth: 110, cell: ({ registered }) => (registered ? 'Yes' : 'No') },
      { id: 'type', header: 'Thing type', minWidth: 130, cell: ({ thingTypeName }) => thingTypeName ?? '–' },
    ],
    filters: [
      { key: 'search', label: 'Name', group: 'Names', operators: ['^'] },
      { key: 'state', label: 'State', group: 'States', values: Object.entries(thingStates).map(([value, label]) => ({ value, label })) },
      { key: 'thingGroupName', label: 'Thing group', group: 'Thing groups', suggestions: groups },
    ],
  };
}
