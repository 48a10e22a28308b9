import type { Violation, ViolationEvent } from '../../api';
import type { TableConfig } from '../../commons/table';
import { alarmColumns, eventColumns } from './columns';
import { alarmFilters, eventFilters, type Suggestions } from './filters';

export function alarmTable(suggestions: Suggestions): TableConfig<Violation> {
  return {
    id: 'alarms',
    one: 'alarm',
    many: 'alarms',
    key: ({ violationId = '' }) => violationId,
    columns: alarmColumns,
    filters: alarmFilters(suggestions),
    sort: { column: 'start', descending: true },
  };
}

/** An alarm has at most one event of each type. */
export function eventKey({ violationId = '', violationEventType }: Pick<ViolationEvent, 'violationId' | 'violationEventType'>): string {
  return `${violationId} ${violationEventType}`;
}

export function eventTable(suggestions: Suggestions): TableConfig<ViolationEvent> {
  return {
    id: 'alarm-events',
    one: 'event',
    many: 'events',
    key: eventKey,
    columns: eventColumns,
    filters: eventFilters(suggestions),
    sort: { column: 'time', descending: true },
  };
}
