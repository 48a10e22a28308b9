import type { Behavior, DescribeSecurityProfileResponse, MetricToRetain } from '../../api';

/** What may be used by security profiles. */
export type Used = { dimensionName: string } | { metricName: string };

/** How one security profile uses it. */
export interface ProfileUse {
  name: string;
  /** undefined: one may not see how, or not yet. */
  behaviors?: Behavior[];
  /** Metrics that are kept without a behavior. */
  retained?: MetricToRetain[];
}

/** Finds where a profile uses it. */
export function profileUse(used: Used, name: string, profile: DescribeSecurityProfileResponse | undefined): ProfileUse {
  if (!profile) return { name };
  const there = ({ metric, metricDimension }: Pick<Behavior, 'metric' | 'metricDimension'>) =>
    'metricName' in used ? metric === used.metricName : metricDimension?.dimensionName === used.dimensionName;
  return { name, behaviors: (profile.behaviors ?? []).filter(there), retained: (profile.additionalMetricsToRetainV2 ?? []).filter(there) };
}
