import type { Behavior, BehaviorCriteria, ComparisonOperator, DimensionValueOperator, MetricDimension, MetricInfo } from '../../../api';
import { memberOf, parseValue, textOfValue, type Member } from './value-text';

/** learned: of machine learning; such behaviors are kept as they are. */
export type Check = 'absolute' | 'statistical' | 'learned';

/** A behavior as one edits it. Texts are as typed; empty: absent. */
export interface BehaviorForm {
  /** Names it within the form, while its name changes. */
  id: string;
  name: string;
  metric: string;
  dimension: string;
  dimensionOperator: DimensionValueOperator;
  check: Check;
  operator: ComparisonOperator | '';
  /** What the value is; '': no metric is chosen yet. */
  member: Member | '';
  value: string;
  /** p99 */
  statistic: string;
  /** Seconds. */
  duration: string;
  toAlarm: string;
  toClear: string;
  suppress: boolean;
  exported: boolean;
  /** What it was made of: parts that nobody changed go back as they came. */
  source?: Behavior;
}

let made = 0;

/** A name within a form that no other row has. */
export function newId(): string {
  return `row-${++made}`;
}

export function newBehavior(): BehaviorForm {
  return { ...formOfBehavior({ name: '' }), operator: 'less-than-equals', toAlarm: '1', toClear: '1' };
}

export function formOfBehavior(source: Behavior, id = newId()): BehaviorForm {
  const { name, metric = '', metricDimension, criteria = {}, suppressAlerts = false, exportMetric = false } = source;
  return {
    id,
    name,
    metric,
    dimension: metricDimension?.dimensionName ?? '',
    dimensionOperator: metricDimension?.operator ?? 'IN',
    check: criteria.mlDetectionConfig ? 'learned' : criteria.statisticalThreshold ? 'statistical' : 'absolute',
    operator: criteria.comparisonOperator ?? '',
    member: memberOf(criteria.value) ?? '',
    value: textOfValue(criteria.value),
    statistic: criteria.statisticalThreshold?.statistic ?? '',
    duration: textOf(criteria.durationSeconds),
    toAlarm: textOf(criteria.consecutiveDatapointsToAlarm),
    toClear: textOf(criteria.consecutiveDatapointsToClear),
    suppress: suppressAlerts,
    exported: exportMetric,
    source,
  };
}

/** The behavior that a form says. What does not parse is absent: validate finds it. */
export function behaviorOf(form: BehaviorForm): Behavior {
  const { source } = form;
  const was = source && formOfBehavior(source, form.id);
  const kept = (...keys: (keyof BehaviorForm)[]) => was !== undefined && keys.every((key) => was[key] === form[key]);
  const behavior: Behavior = { name: form.name };
  put(behavior, 'metric', kept('metric') ? source?.metric : form.metric || undefined);
  put(behavior, 'metricDimension', kept('dimension', 'dimensionOperator') ? source?.metricDimension : dimensionOf(form));
  put(behavior, 'criteria', kept(...criteriaKeys) ? source?.criteria : criteriaOf(form, kept('member', 'value') ? source?.criteria?.value : undefined));
  put(behavior, 'suppressAlerts', kept('suppress') ? source?.suppressAlerts : form.suppress);
  put(behavior, 'exportMetric', kept('exported') ? source?.exportMetric : form.exported);
  return behavior;
}

const criteriaKeys = ['check', 'operator', 'member', 'value', 'statistic', 'duration', 'toAlarm', 'toClear'] as const;

/** The dimension of a row; operator IN is said, as the API's examples do. */
export function dimensionOf({ dimension, dimensionOperator }: Pick<BehaviorForm, 'dimension' | 'dimensionOperator'>): MetricDimension | undefined {
  return dimension ? { dimensionName: dimension, operator: dimensionOperator } : undefined;
}

function criteriaOf(form: BehaviorForm, keptValue: BehaviorCriteria['value']): BehaviorCriteria {
  const criteria: BehaviorCriteria = {};
  if (form.check === 'learned') put(criteria, 'mlDetectionConfig', form.source?.criteria?.mlDetectionConfig);
  else put(criteria, 'comparisonOperator', form.operator || undefined);
  if (form.check === 'absolute') put(criteria, 'value', keptValue ?? valueOf(form));
  put(criteria, 'durationSeconds', numberOf(form.duration));
  put(criteria, 'consecutiveDatapointsToAlarm', numberOf(form.toAlarm));
  put(criteria, 'consecutiveDatapointsToClear', numberOf(form.toClear));
  if (form.check === 'statistical' && form.statistic) criteria.statisticalThreshold = { statistic: form.statistic };
  return criteria;
}

function valueOf({ member, value }: BehaviorForm): BehaviorCriteria['value'] {
  if (member === '') return undefined;
  const parsed = parseValue(member, value);
  return 'value' in parsed ? parsed.value : undefined;
}

/** Sets a member that has a value. */
function put<T, K extends keyof T>(on: T, key: K, value: T[K] | undefined): void {
  if (value !== undefined) on[key] = value;
}

function textOf(value: number | undefined): string {
  return value === undefined ? '' : String(value);
}

/** Whole numbers only; others are a fault that validate finds. */
export function numberOf(text: string): number | undefined {
  return /^-?\d+$/.test(text.trim()) ? Number(text) : undefined;
}

/** Whether a behavior of this metric and check has a window of time that one chooses. */
export function takesDuration({ check }: Pick<BehaviorForm, 'check'>, info: MetricInfo | undefined): boolean {
  if (!info?.duration) return false;
  return check === 'statistical' || info.kind === 'delta' || info.kind === 'counter';
}

/** The form with another metric: what does not fit it goes. */
export function withMetric(form: BehaviorForm, info: MetricInfo): BehaviorForm {
  const check = form.check === 'statistical' && info.statistical ? 'statistical' : 'absolute';
  const operator = form.operator && info.operators.includes(form.operator) ? form.operator : preferred(info);
  const sameValue = info.member === form.member;
  return {
    ...form,
    metric: info.name,
    check,
    operator,
    member: info.member,
    value: sameValue ? form.value : '',
    dimension: info.dimension ? form.dimension : '',
    duration: takesDuration({ check }, info) ? form.duration || '300' : '',
  };
}

/** The operator that most behaviors of a metric have. */
function preferred({ operators, kind }: MetricInfo): ComparisonOperator {
  const wanted: ComparisonOperator = kind.endsWith('list') ? (operators[0] ?? 'in-set') : 'less-than-equals';
  return operators.includes(wanted) ? wanted : (operators[0] ?? 'less-than-equals');
}

/** The form with another kind of check. */
export function withCheck(form: BehaviorForm, check: Check, info: MetricInfo | undefined): BehaviorForm {
  const duration = takesDuration({ check }, info) ? form.duration || '300' : form.duration;
  return { ...form, check, duration, statistic: check === 'statistical' ? form.statistic || 'p99' : form.statistic };
}

/** The form with the criteria of another behavior of the same metric: a suggested one. */
export function withCriteria(form: BehaviorForm, behavior: Behavior): BehaviorForm {
  const { check, operator, member, value, statistic, duration, toAlarm, toClear } = formOfBehavior(behavior);
  return { ...form, name: form.name || behavior.name, check, operator, member, value, statistic, duration, toAlarm, toClear: toClear || form.toClear };
}
