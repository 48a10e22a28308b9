import { useCan, useOperation, type Violation } from '../../../api';
import type { ChartEvent } from '../../../commons/chart';
import { alarmEvents } from '../../alarms/value-chart';
import { sameMetric, type MetricKey } from './kept-metric';

const none: Violation[] = [];

/** The last alarms of a thing, active and ended; with metric, of that one only. */
export function useThingAlarms(thingName: string, filter: { state: 'active' | 'all'; metricName?: string }): Violation[] {
  const may = useCan('SearchViolations');
  const { data } = useOperation('SearchViolations', { thingName, ...filter, sort: 'startTime', order: 'desc', maxResults: 250 }, { enabled: may, keep: true });
  return data?.violations ?? none;
}

export function metricOfAlarm({ behavior }: Violation): MetricKey {
  return { metricName: behavior?.metric ?? '', metricDimension: behavior?.metricDimension };
}

/** Alarms of a metric that stood in a range of time. */
export function alarmsWithin(alarms: Violation[], key: MetricKey, from: number, to: number): Violation[] {
  return alarms.filter((alarm) => sameMetric(metricOfAlarm(alarm), key) && (alarm.violationStartTime ?? 0) < to && (alarm.endTime ?? Infinity) >= from);
}

/** Their begins and ends, named by their behaviors. */
export function eventsOf(alarms: Violation[]): ChartEvent[] {
  return alarms.flatMap((alarm) => alarmEvents(alarm).map((event) => ({ ...event, label: `${alarm.behavior?.name}: ${event.label.toLowerCase()}` })));
}
