import type { Input, LiveEvents } from '../../api';
import type { FilterToken } from '../../commons/table/config';
import { criteriaTypeOf } from './criteria';

/** Filters that SearchViolations, SearchViolationEvents and CountViolationEvents share. */
export type AlarmFilters = Omit<Input<'CountViolationEvents'>, 'bucketSeconds' | 'startTime' | 'endTime'>;

/** Parameters of the server for what the filter of a table says: values as useTableState gives them. */
export function filtersOf(values: Record<string, string>): AlarmFilters {
  const { suppressed, ...rest } = values;
  return { ...rest, ...(suppressed !== undefined && { suppressed: suppressed === 'true' }) } as AlarmFilters;
}

/** The same without what only events have: the bars show all types of events. */
export function filtersOfAlarms(values: Record<string, string>): AlarmFilters {
  return filtersOf(Object.fromEntries(Object.entries(values).filter(([key]) => key !== 'violationEventType')));
}

/** The server takes each parameter once: of two filters by the same thing the newer one stays. */
export function onePerKey(tokens: FilterToken[]): FilterToken[] {
  return tokens.filter(({ key, operator }, i) => !tokens.slice(i + 1).some((later) => later.key === key && later.operator === operator));
}

/** What a new alarm must be to be in a list; a group's members are not known here: yes. */
export function mayShow(filters: AlarmFilters, { thingName, securityProfileName, behavior }: LiveEvents['violation']): boolean {
  const is = <V>(wanted: V | undefined, value: V) => wanted === undefined || wanted === value;
  return (
    is(filters.thingName, thingName) &&
    thingName.startsWith(filters.thingNamePrefix ?? '') &&
    is(filters.securityProfileName, securityProfileName) &&
    is(filters.behaviorName, behavior.name) &&
    is(filters.behaviorCriteriaType, criteriaTypeOf(behavior)) &&
    is(filters.metricName, behavior.metric) &&
    is(filters.verificationState, 'UNKNOWN') &&
    is(filters.suppressed, behavior.suppressAlerts ?? false)
  );
}
