import { metricOf, type Behavior, type MetricValue, type Threshold } from '../../api';
import { formatDuration, formatNumber, shorten } from '../../commons/format';
import { valueText } from '../../commons/value/metric-value';
import { comparisonOperators, confidenceLevels, metricTitle } from '../../i18n-strings';
import { membersOf, offending } from './members';

/** Why there is an alarm: "Bytes out 48 MB; expected at most 1 MB in 5 min." threshold: of a statistical behavior, if it is known. */
export function whySentence(behavior: Behavior, value: MetricValue | undefined, threshold?: Threshold): string {
  const { metric, criteria } = behavior;
  const what = metricTitle(metric) + withinDimension(behavior);
  const members = membersOf(offending(behavior, value));
  const found = !value ? what : members ? `${what} with ${shorten(members, 4)}` : said(what, plainValue(value, metric));
  const row = criteria?.consecutiveDatapointsToAlarm ?? 1;
  const often = row > 1 ? `, ${row} datapoints in a row` : '';
  return `${found}; expected ${expectedText(behavior, threshold)}${often}.`;
}

/** "Bytes out 48 MB", but "Authorization failures: 8". */
function said(what: string, value: string): string {
  return /^-?[\d.,]+$/.test(value) ? `${what}: ${value}` : `${what} ${value}`;
}

/** A number with its unit, unless the metric's title names that already. */
function plainValue(value: MetricValue, metric: string | undefined): string {
  const unit = metricOf(metric)?.unit;
  const named = unit !== undefined && unit !== 'bytes' && metricTitle(metric).toLowerCase().includes(unit.replace(/s$/, ''));
  return named && value.count !== undefined ? formatNumber(value.count) : valueText(value, metric);
}

function withinDimension({ metricDimension }: Behavior): string {
  if (!metricDimension?.dimensionName) return '';
  return ` ${metricDimension.operator === 'NOT_IN' ? 'outside' : 'within'} ${metricDimension.dimensionName}`;
}

/** What a behavior expects: "at most 1 MB in 5 min", "only 443, 8883", "nothing of 23". */
export function expectedText({ metric, criteria = {} }: Behavior, threshold?: Threshold): string {
  const { comparisonOperator, value, durationSeconds, statisticalThreshold, mlDetectionConfig } = criteria;
  const members = membersOf(value);
  if (members) return comparisonOperator?.startsWith('not-') ? `none of ${shorten(members, 8)}` : `only ${shorten(members, 8)}`;
  const time = durationSeconds ? ` in ${formatDuration(durationSeconds)}` : '';
  const than = comparisonOperator ? `${comparisonOperators[comparisonOperator]} ` : '';
  if (mlDetectionConfig) return `what was learned${time} (confidence ${confidenceLevels[mlDetectionConfig.confidenceLevel].toLowerCase()})`;
  if (statisticalThreshold) {
    const known = threshold && (threshold.count !== undefined || threshold.number !== undefined) ? threshold : undefined;
    const fleet = `${statisticalThreshold.statistic} of ${known?.things ? `${formatNumber(known.things)} things` : 'the fleet'}`;
    return known ? `${than}${plainValue(boundOf(known), metric)}${time}, the ${fleet}` : `${than}the ${fleet}${time}`;
  }
  return `${than}${value ? plainValue(value, metric) : '–'}${time}`;
}

function boundOf({ count, number }: Threshold): MetricValue {
  return count !== undefined ? { count } : number !== undefined ? { number } : {};
}
