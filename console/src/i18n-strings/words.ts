import type { BehaviorCriteriaType, ComparisonOperator, ConfidenceLevel, DimensionValueOperator, VerificationState, ViolationEventType } from '../api';

export const criteriaTypes: Record<BehaviorCriteriaType, string> = {
  STATIC: 'Static',
  STATISTICAL: 'Statistical',
  MACHINE_LEARNING: 'Machine learning',
};

export const verificationStates: Record<VerificationState, string> = {
  TRUE_POSITIVE: 'True positive',
  BENIGN_POSITIVE: 'Benign positive',
  FALSE_POSITIVE: 'False positive',
  UNKNOWN: 'Unknown',
};

export const violationEventTypes: Record<ViolationEventType, string> = {
  'in-alarm': 'In alarm',
  'alarm-cleared': 'Alarm cleared',
  'alarm-invalidated': 'Alarm invalidated',
};

export const confidenceLevels: Record<ConfidenceLevel, string> = { LOW: 'Low', MEDIUM: 'Medium', HIGH: 'High' };

export const dimensionOperators: Record<DimensionValueOperator, string> = { IN: 'In', NOT_IN: 'Not in' };

/** What is normal, in words: "Normal is: {operator} 443, 8883". */
export const comparisonOperators: Record<ComparisonOperator, string> = {
  'less-than': 'less than',
  'less-than-equals': 'at most',
  'greater-than': 'greater than',
  'greater-than-equals': 'at least',
  'in-cidr-set': 'in',
  'not-in-cidr-set': 'not in',
  'in-port-set': 'in',
  'not-in-port-set': 'not in',
  'in-set': 'in',
  'not-in-set': 'not in',
};
