import type { MetricToRetain } from '../../api';
import { dimensionOperators, metricTitle } from '../../i18n-strings';

/** "Message size within orders, temperature", or "none". */
export function retainedText(retained: MetricToRetain[]): string {
  if (retained.length === 0) return 'none';
  return retained.map(({ metric, metricDimension: d }) => metricTitle(metric) + (d ? ` (${dimensionOperators[d.operator ?? 'IN'].toLowerCase()} ${d.dimensionName})` : '')).join(', ');
}

/** How many security profiles use it: "2 profiles", "none". */
export function usedInText(names: string[] | undefined): string {
  if (!names) return '–';
  if (names.length === 0) return 'none';
  return names.length === 1 ? '1 security profile' : `${names.length === 250 ? '250 or more' : names.length} security profiles`;
}
