import type { Input, MetricDimension, ThingMetric } from '../../../api';
import { metricTitle } from '../../../i18n-strings';

/** Names what values are kept of: a metric, and the dimension that narrows it. */
export interface MetricKey {
  metricName: string;
  metricDimension?: MetricDimension | undefined;
}

/** Text that names a metric with its dimension, for the URL and for lists: aws:num-messages-sent, aws:num-messages-sent/NOT_IN/own-topics */
export function keyText({ metricName, metricDimension }: MetricKey): string {
  return metricDimension?.dimensionName ? `${metricName}/${metricDimension.operator ?? 'IN'}/${metricDimension.dimensionName}` : metricName;
}

/** "Messages sent" */
export function titleOf({ metricName }: MetricKey): string {
  return metricTitle(metricName);
}

/** "within telemetry"; undefined: all of it. */
export function dimensionText({ metricDimension }: MetricKey): string | undefined {
  if (!metricDimension?.dimensionName) return undefined;
  return `${metricDimension.operator === 'NOT_IN' ? 'outside' : 'within'} ${metricDimension.dimensionName}`;
}

/** "Messages sent within telemetry" */
export function fullTitle(key: MetricKey): string {
  return [titleOf(key), dimensionText(key)].filter(Boolean).join(' ');
}

/** The values of a metric of one thing. */
export function valuesInput(thingName: string, { metricName, metricDimension }: MetricKey, startTime: number, endTime: number): Input<'GetMetricValues'> {
  return {
    thingName,
    metricName,
    ...(metricDimension?.dimensionName && { dimensionName: metricDimension.dimensionName, dimensionValueOperator: metricDimension.operator ?? 'IN' }),
    startTime,
    endTime,
  };
}

export function sameMetric(a: MetricKey, b: MetricKey): boolean {
  return keyText(a) === keyText(b);
}

/** The metric that a link names, or the first one; those with alarms go before. */
export function chosenMetric(metrics: ThingMetric[], wanted: string | null, inAlarm: (metric: ThingMetric) => boolean): ThingMetric | undefined {
  return metrics.find((metric) => keyText(metric) === wanted) ?? metrics.find(inAlarm) ?? metrics.find(({ kind }) => kind === 'count' || kind === 'number') ?? metrics[0];
}
