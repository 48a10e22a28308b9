import type { Behavior, BehaviorCriteriaType, DescribeSecurityProfileResponse, MetricToRetain } from '../../../api';

export type Profile = DescribeSecurityProfileResponse;

/** What a behavior compares with; undefined: it says nothing that is known here. */
export function criteriaTypeOf({ criteria }: Behavior): BehaviorCriteriaType | undefined {
  if (criteria?.mlDetectionConfig) return 'MACHINE_LEARNING';
  if (criteria?.statisticalThreshold) return 'STATISTICAL';
  return criteria?.value ? 'STATIC' : undefined;
}

/** The kinds of thresholds that a profile has, each once. */
export function criteriaTypesOf({ behaviors = [] }: Profile): BehaviorCriteriaType[] {
  return [...new Set(behaviors.flatMap((behavior) => criteriaTypeOf(behavior) ?? []))];
}

/** Metrics whose values are kept without a behavior; both members of the API that name them. */
export function retainedOf({ additionalMetricsToRetain = [], additionalMetricsToRetainV2 = [] }: Pick<Profile, 'additionalMetricsToRetain' | 'additionalMetricsToRetainV2'>): MetricToRetain[] {
  const more = additionalMetricsToRetain.filter((metric) => !additionalMetricsToRetainV2.some((one) => one.metric === metric && !one.metricDimension));
  return [...additionalMetricsToRetainV2, ...more.map((metric) => ({ metric }))];
}

/** Whether alarms send alerts: it takes a target, and a behavior that is not suppressed. */
export function alertsOf({ alertTargets, behaviors = [] }: Profile): 'on' | 'suppressed' | 'off' {
  if (!alertTargets?.SNS) return 'off';
  return behaviors.length > 0 && behaviors.every(({ suppressAlerts }) => suppressAlerts) ? 'suppressed' : 'on';
}
