import type { Behavior } from '../../api';
import { comparisonOperators, metricTitle } from '../../i18n-strings';
import { formatDuration } from '../format';
import { valueText } from './metric-value';

/** What a behavior calls normal, in one sentence: "Bytes out less than 20 KB in 5 min". */
export function criteriaText({ metric, metricDimension, criteria }: Behavior): string {
  const { comparisonOperator, value, durationSeconds, statisticalThreshold, mlDetectionConfig } = criteria ?? {};
  const parts = [metricTitle(metric)];
  if (metricDimension?.dimensionName) {
    parts.push(`${metricDimension.operator === 'NOT_IN' ? 'outside' : 'within'} ${metricDimension.dimensionName}`);
  }
  if (mlDetectionConfig) parts.push(`as learned, confidence ${(mlDetectionConfig.confidenceLevel ?? '').toLowerCase()}`);
  if (comparisonOperator) parts.push(comparisonOperators[comparisonOperator]);
  if (value) parts.push(valueText(value, metric));
  if (statisticalThreshold?.statistic) parts.push(`the fleet's ${statisticalThreshold.statistic}`);
  if (durationSeconds) parts.push(`in ${formatDuration(durationSeconds)}`);
  return parts.join(' ');
}
