import type { Behavior, BehaviorCriteriaType } from '../../api';

export function criteriaTypeOf({ criteria }: Behavior): BehaviorCriteriaType {
  if (criteria?.mlDetectionConfig) return 'MACHINE_LEARNING';
  return criteria?.statisticalThreshold ? 'STATISTICAL' : 'STATIC';
}
