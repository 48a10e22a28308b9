import { metricOf, type Behavior, type Output, type Threshold, type Violation } from '../../api';
import type { Band, ChartEvent, ChartModel, Series, Threshold as ChartThreshold } from '../../commons/chart';
import { formatBytes, formatNumber } from '../../commons/format';
import { violationEventTypes } from '../../i18n-strings';
import { expectedText } from './sentence';
import { boundOf, judgedOf, lineOf, thresholdAt, type Line } from './series';

export interface Span {
  from: number;
  to: number;
}

/** The chart of a metric's numbers against what a behavior expects of them. */
export function valueChart(violation: Violation, kept: Output<'GetMetricValues'>, thresholds: Threshold[], { from, to }: Span): ChartModel {
  const behavior = violation.behavior ?? { name: '' };
  const judged = judgedOf(behavior);
  const { times, values } = withLast(lineOf(kept, judged.sum, from), violation);
  const series: Series[] = [{ label: judged.label, values, tone: 'series-1' }];
  const { statisticalThreshold } = behavior.criteria ?? {};
  if (statisticalThreshold && !judged.apart) {
    const at = thresholdAt(behavior, thresholds);
    const bounds = times.map((time) => boundOf(at(time)));
    if (bounds.some((bound) => bound !== null)) {
      series.push({ label: `${statisticalThreshold.statistic} of the fleet`, values: bounds, tone: 'alarm', shape: 'stepped', dashed: true });
    }
  }
  const unit = kept.unit ?? metricOf(behavior.metric)?.unit;
  return { times, series, events: alarmEvents(violation), from, to, format: unit === 'bytes' ? formatBytes : formatNumber, ...(judged.apart === undefined && fixedBounds(behavior)) };
}

/** A verdict before the end of a window is not kept yet: the violating value itself ends the line then. */
export function withLast(line: Line, { lastViolationTime, lastViolationValue }: Violation): Line {
  const value = lastViolationValue?.count ?? lastViolationValue?.number;
  const last = line.times.at(-1);
  if (value === undefined || lastViolationTime === undefined || last === undefined || lastViolationTime <= last) return line;
  return { times: [...line.times, lastViolationTime], values: [...line.values, value] };
}

/** A fixed value as a line, and its good side as a band. */
export function fixedBounds(behavior: Behavior): { thresholds?: ChartThreshold[]; bands?: Band[] } {
  const { comparisonOperator = '', value } = behavior.criteria ?? {};
  const bound = value?.count ?? value?.number;
  if (bound === undefined) return {};
  const band: Band = comparisonOperator.startsWith('less') ? { to: bound, label: 'Expected' } : { from: bound, label: 'Expected' };
  return { thresholds: [{ value: bound, label: expectedText({ ...behavior, criteria: { ...behavior.criteria, durationSeconds: undefined } as never }) }], bands: [band] };
}

/** Begin and end of an alarm. */
export function alarmEvents({ violationStartTime, endTime, endReason }: Violation): ChartEvent[] {
  const events: ChartEvent[] = [];
  if (violationStartTime !== undefined) events.push({ time: violationStartTime, label: violationEventTypes['in-alarm'], tone: 'alarm' });
  if (endTime !== undefined && endReason) {
    events.push({ time: endTime, label: violationEventTypes[endReason], tone: endReason === 'alarm-cleared' ? 'cleared' : 'invalidated' });
  }
  return events;
}
