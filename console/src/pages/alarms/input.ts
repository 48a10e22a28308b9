import type { Input, LiveEvents } from '../../api';
import type { TableState } from '../../commons/table';
import type { FilterToken } from '../../commons/table/config';
import { criteriaTypeOf } from './criteria';

/** Filters that SearchViolations, SearchViolationEvents and CountViolationEvents share. */
export type AlarmFilters = Omit<Input<'CountViolationEvents'>, 'bucketSeconds' | 'startTime' | 'endTime'> & Pick<Input<'SearchViolationEvents'>, 'violationEventType'>;

/** Parameters of the server for what the filter of a table says: values as useTableState gives them. */
export function filtersOf(values: Record<string, string>): AlarmFilters {
  const { suppressed, ...rest } = values;
  return { ...rest, ...(suppressed !== undefined && { suppressed: suppressed === 'true' }) } as AlarmFilters;
}

/** The same without what only events have: the bars show all types of events. */
export function filtersOfAlarms(values: Record<string, string>): AlarmFilters {
  return filtersOf(Object.fromEntries(Object.entries(values).filter(([key]) => key !== 'violationEventType')));
}

interface Bounds {
  startTime?: number;
  endTime?: number;
}

/** The call for what the table of active alarms shows. */
export function alarmsInput({ values, order }: Pick<TableState, 'values' | 'order'>, bounds: Bounds): Input<'SearchViolations'> {
  return { ...filtersOf(values), ...bounds, ...(order as Pick<Input<'SearchViolations'>, 'sort' | 'order'> | undefined) };
}

/** The call for what the table of events shows, which sorts by time alone. */
export function eventsInput({ values, sort }: Pick<TableState, 'values' | 'sort'>, bounds: Bounds): Input<'SearchViolationEvents'> {
  return { ...filtersOf(values), ...bounds, order: sort?.descending === false ? 'asc' : 'desc' };
}

/** The server takes each parameter once: of two filters by the same thing the newer one stays. */
export function onePerKey(tokens: FilterToken[]): FilterToken[] {
  return tokens.filter(({ key, operator }, i) => !tokens.slice(i + 1).some((later) => later.key === key && later.operator === operator));
}

/** Whether a list may show what just happened. Members of a group, and what an alarm that ended was marked as, are not known here: it may. */
export function mayShow(filters: AlarmFilters, { thingName, securityProfileName, behavior, violationEventType }: LiveEvents['violation']): boolean {
  const is = <V>(wanted: V | undefined, value: V) => wanted === undefined || wanted === value;
  return (
    is(filters.thingName, thingName) &&
    thingName.startsWith(filters.thingNamePrefix ?? '') &&
    is(filters.securityProfileName, securityProfileName) &&
    is(filters.behaviorName, behavior.name) &&
    is(filters.behaviorCriteriaType, criteriaTypeOf(behavior)) &&
    is(filters.metricName, behavior.metric) &&
    (violationEventType !== 'in-alarm' || is(filters.verificationState, 'UNKNOWN')) &&
    is(filters.violationEventType, violationEventType) &&
    is(filters.suppressed, behavior.suppressAlerts ?? false)
  );
}
