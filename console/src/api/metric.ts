import type { ComparisonOperator, CustomMetricType, MetricValue } from './shapes_gen';
import { customMetrics, metrics, type MetricName } from './metrics_gen';

/** What a metric is, and what behaviors may ask of it. */
export interface MetricInfo {
  name: string;
  kind: string;
  unit?: string;
  side: 'device' | 'cloud';
  /** The member of MetricValue that holds its values. */
  member: keyof MetricValue;
  operators: readonly ComparisonOperator[];
  /** durationSeconds is used, at least with a statistical threshold. */
  duration: boolean;
  statistical: boolean;
  ml: boolean;
  dimension: boolean;
}

/** The metric of AWS that behaviors call name; undefined: a custom metric. */
export function metricOf(name: string | undefined): MetricInfo | undefined {
  return metrics.find((m) => m.name === name);
}

/** What is known of a metric: of AWS, or custom of the given type. */
export function metricInfo(name: string, customType?: CustomMetricType): MetricInfo | undefined {
  const known = metricOf(name);
  if (known) return known;
  return customType && { ...customMetrics[customType], name };
}

export function isMetricName(name: string): name is MetricName {
  return metricOf(name) !== undefined;
}

/** Seconds that a behavior's window may have. */
export const durations = [300, 600, 900, 1800, 3600] as const;
