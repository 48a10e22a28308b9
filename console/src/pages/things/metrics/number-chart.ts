import { metricOf, type Output, type Violation } from '../../../api';
import type { Band, ChartModel, Series, Threshold } from '../../../commons/chart';
import { formatBytes, formatDuration, formatNumber } from '../../../commons/format';
import { boundOf, lineOf, thresholdAt } from '../../alarms/series';
import { fixedBounds } from '../../alarms/value-chart';
import { eventsOf } from './alarms';
import type { Applied } from './behaviors';
import { fullTitle, type MetricKey } from './kept-metric';
import type { Moving } from './thresholds';

export interface NumberChart {
  metric: MetricKey;
  values: Output<'GetMetricValues'>;
  /** Seconds over which values are summed up; 0: not. */
  sum: number;
  /** Behaviors that judge these sums. */
  applied: Applied[];
  moving: Moving[];
  alarms: Violation[];
  from: number;
  to: number;
}

/** The chart of a metric's numbers with the thresholds of behaviors and the alarms. */
export function numberChart({ metric, values: kept, sum, applied, moving, alarms, from, to }: NumberChart): ChartModel {
  const { times, values } = lineOf(kept, sum, from);
  const unit = kept.unit ?? metricOf(metric.metricName)?.unit;
  const label = fullTitle(metric) + (sum > 0 ? ` in ${formatDuration(sum)}` : unit === 'minutes' ? ' in minutes' : '');
  const fixed = applied.map(({ behavior }) => ({ behavior, ...fixedBounds(behavior) }));
  const bands: Band[] = fixed.length === 1 ? (fixed[0]?.bands ?? []) : [];
  return {
    times,
    series: [{ label, values, tone: 'series-1' }, ...moving.flatMap((one) => movingSeries(one, times))],
    thresholds: fixed.flatMap(({ behavior, thresholds = [] }): Threshold[] => thresholds.map((one) => ({ ...one, label: `${behavior.name}: ${one.label}` }))),
    bands,
    events: eventsOf(alarms),
    from,
    to,
    // The axis has no room for words.
    format: unit === 'bytes' ? formatBytes : formatNumber,
  };
}

function movingSeries({ behavior, thresholds }: Moving, times: number[]): Series[] {
  const at = thresholdAt(behavior, thresholds);
  const values = times.map((time) => boundOf(at(time)));
  if (values.every((value) => value === null)) return [];
  return [{ label: `${behavior.name}: ${behavior.criteria?.statisticalThreshold?.statistic} of the fleet`, values, tone: 'alarm', shape: 'stepped', dashed: true }];
}
