import { describe, expect, it } from 'vitest';
import { metricInfo, type Behavior } from '../../../api';
import { behaviorOf, formOfBehavior, newBehavior, takesDuration, withCheck, withCriteria, withMetric, type BehaviorForm } from './behavior-form';

const bytes: Behavior = { name: 'b', metric: 'aws:all-bytes-out', criteria: { comparisonOperator: 'less-than-equals', value: { count: 2000 }, durationSeconds: 300 } };

/** Every kind of behavior there is, and some that this console does not make. */
const kinds: Record<string, Behavior> = {
  'a name alone': { name: 'b' },
  count: bytes,
  'count 0, all members': {
    name: 'b',
    metric: 'aws:num-authorization-failures',
    metricDimension: { dimensionName: 'auth', operator: 'NOT_IN' },
    criteria: { comparisonOperator: 'less-than', value: { count: 0 }, durationSeconds: 3600, consecutiveDatapointsToAlarm: 3, consecutiveDatapointsToClear: 10 },
    suppressAlerts: true,
    exportMetric: true,
  },
  'flags that are said to be false': { ...bytes, suppressAlerts: false, exportMetric: false },
  'dimension without an operator': { ...bytes, metric: 'aws:num-messages-sent', metricDimension: { dimensionName: 'auth' } },
  'disconnect duration': { name: 'b', metric: 'aws:disconnect-duration', criteria: { comparisonOperator: 'less-than', value: { count: 30 } } },
  number: { name: 'b', metric: 'battery', criteria: { comparisonOperator: 'greater-than', value: { number: -0.25 } } },
  'number as JSON writes it': { name: 'b', metric: 'battery', criteria: { comparisonOperator: 'greater-than', value: { number: 1e21 } } },
  'count of a custom metric': { name: 'b', metric: 'battery', criteria: { comparisonOperator: 'greater-than', value: { count: 20 } } },
  ports: { name: 'b', metric: 'aws:listening-tcp-ports', criteria: { comparisonOperator: 'in-port-set', value: { ports: [443, 8883, 443] } } },
  'no ports': { name: 'b', metric: 'aws:listening-tcp-ports', criteria: { comparisonOperator: 'in-port-set', value: { ports: [] } } },
  cidrs: { name: 'b', metric: 'aws:destination-ip-addresses', criteria: { comparisonOperator: 'not-in-cidr-set', value: { cidrs: ['10.0.0.0/8', '2001:db8::/32', '192.0.2.7'] } } },
  numbers: { name: 'b', metric: 'codes', criteria: { comparisonOperator: 'in-set', value: { numbers: [1, 2.5, -3] } } },
  strings: { name: 'b', metric: 'users', criteria: { comparisonOperator: 'not-in-set', value: { strings: ['root', 'a/b:c_d-e.f'] } } },
  'strings with commas': { name: 'b', metric: 'users', criteria: { comparisonOperator: 'not-in-set', value: { strings: ['a, b', ' c '] } } },
  statistical: { name: 'b', metric: 'aws:all-bytes-out', criteria: { comparisonOperator: 'less-than-equals', durationSeconds: 900, statisticalThreshold: { statistic: 'p99.9' } } },
  'statistical without a statistic': { name: 'b', metric: 'aws:all-bytes-out', criteria: { comparisonOperator: 'less-than-equals', statisticalThreshold: {} } },
  'machine learning': { name: 'b', metric: 'aws:all-bytes-out', criteria: { consecutiveDatapointsToAlarm: 1, consecutiveDatapointsToClear: 1, mlDetectionConfig: { confidenceLevel: 'HIGH' } }, suppressAlerts: true },
  'two values': { name: 'b', metric: 'aws:all-bytes-out', criteria: { comparisonOperator: 'less-than', value: { count: 1, number: 2 } } },
  'an empty value': { name: 'b', metric: 'aws:all-bytes-out', criteria: { comparisonOperator: 'less-than', value: {} } },
  'empty criteria': { name: 'b', metric: 'aws:all-bytes-out', criteria: {} },
};

/** A behavior with members of a later version of the API. */
const later = { name: 'b', metric: 'aws:new', criteria: { comparisonOperator: 'near' as never, value: { vector: [1] } as never, horizon: 5 } } as unknown as Behavior;

describe('a behavior that nobody edits', () => {
  it.each([...Object.entries(kinds), ['of a later version', later]] as [string, Behavior][])('goes back as it came: %s', (_, behavior) => {
    expect(behaviorOf(formOfBehavior(structuredClone(behavior)))).toEqual(behavior);
  });
});

describe('a behavior whose name changed', () => {
  it.each([...Object.entries(kinds), ['of a later version', later]] as [string, Behavior][])('keeps all else: %s', (_, behavior) => {
    expect(behaviorOf({ ...formOfBehavior(structuredClone(behavior)), name: 'c' })).toEqual({ ...behavior, name: 'c' });
  });
});

describe('a behavior that was typed', () => {
  const typed = Object.entries(kinds).filter(([name]) => ['count', 'disconnect duration', 'number', 'cidrs', 'numbers', 'strings', 'statistical'].includes(name));
  it.each(typed)('is what its source says: %s', (_, behavior) => {
    const form: BehaviorForm = { ...formOfBehavior(behavior) };
    delete form.source;
    expect(behaviorOf(form)).toEqual({ ...behavior, suppressAlerts: false, exportMetric: false });
  });

  it('has no value before one is typed', () => {
    expect(behaviorOf({ ...newBehavior(), name: 'n' })).toEqual({ name: 'n', criteria: { comparisonOperator: 'less-than-equals', consecutiveDatapointsToAlarm: 1, consecutiveDatapointsToClear: 1 } });
  });
});

describe('a part that is edited', () => {
  const edit = (behavior: Behavior, change: Partial<BehaviorForm>) => behaviorOf({ ...formOfBehavior(behavior), ...change });

  it('value: the rest of the criteria stays', () => {
    expect(edit(bytes, { value: '3000' }).criteria).toEqual({ comparisonOperator: 'less-than-equals', value: { count: 3000 }, durationSeconds: 300 });
  });
  it('datapoints: a value that the form cannot hold stays', () => {
    const behavior = kinds['strings with commas']!;
    expect(edit(behavior, { toAlarm: '2' }).criteria).toEqual({ ...behavior.criteria, consecutiveDatapointsToAlarm: 2 });
  });
  it('to a percentile: no value', () => {
    expect(edit(bytes, { check: 'statistical', statistic: 'p99' }).criteria).toEqual({ comparisonOperator: 'less-than-equals', durationSeconds: 300, statisticalThreshold: { statistic: 'p99' } });
  });
  it('from a percentile: no percentile', () => {
    expect(edit(kinds.statistical!, { check: 'absolute', member: 'count', value: '5' }).criteria).toEqual({ comparisonOperator: 'less-than-equals', value: { count: 5 }, durationSeconds: 900 });
  });
  it('no dimension', () => {
    expect(edit(kinds['count 0, all members']!, { dimension: '' })).not.toHaveProperty('metricDimension');
  });
  it('alerts again', () => {
    expect(edit(kinds['count 0, all members']!, { suppress: false }).suppressAlerts).toBe(false);
  });
  it('machine learning: exported or not, the model stays', () => {
    const behavior = kinds['machine learning']!;
    expect(edit(behavior, { toClear: '2' }).criteria).toEqual({ ...behavior.criteria, consecutiveDatapointsToClear: 2 });
  });
});

describe('another metric', () => {
  const info = (name: string) => metricInfo(name)!;
  it('of the same kind keeps the value', () => {
    expect(withMetric(formOfBehavior(bytes), info('aws:all-bytes-in'))).toMatchObject({ metric: 'aws:all-bytes-in', operator: 'less-than-equals', value: '2000', duration: '300' });
  });
  it('of another kind drops what does not fit', () => {
    expect(withMetric(formOfBehavior(kinds['count 0, all members']!), info('aws:listening-tcp-ports'))).toMatchObject({ operator: 'in-port-set', member: 'ports', value: '', duration: '', dimension: '' });
  });
  it('without percentiles is compared with a value', () => {
    expect(withMetric(formOfBehavior(kinds.statistical!), info('aws:disconnect-duration'))).toMatchObject({ check: 'absolute', member: 'count', duration: '' });
  });
  it('of a custom type', () => {
    expect(withMetric(newBehavior(), metricInfo('users', 'string-list')!)).toMatchObject({ metric: 'users', operator: 'in-set', member: 'strings' });
  });
});

it.each([
  ['aws:all-bytes-out', 'absolute', true],
  ['aws:message-byte-size', 'absolute', false],
  ['aws:message-byte-size', 'statistical', true],
  ['aws:num-listening-tcp-ports', 'absolute', false],
  ['aws:disconnect-duration', 'absolute', false],
  ['aws:listening-tcp-ports', 'absolute', false],
] as const)('a window of %s, %s: %s', (metric, check, want) => {
  expect(takesDuration({ check }, metricInfo(metric))).toBe(want);
});

it('a percentile has a window', () => {
  expect(withCheck({ ...newBehavior(), metric: 'aws:message-byte-size' }, 'statistical', metricInfo('aws:message-byte-size'))).toMatchObject({ statistic: 'p99', duration: '300' });
});

it('takes the criteria of a suggestion, and its name if there is none', () => {
  const suggested: Behavior = { name: 'all-bytes-out-normal', metric: 'aws:all-bytes-out', criteria: { comparisonOperator: 'less-than-equals', value: { count: 2500 }, durationSeconds: 600, consecutiveDatapointsToAlarm: 2 } };
  expect(behaviorOf(withCriteria({ ...newBehavior(), metric: 'aws:all-bytes-out' }, suggested))).toEqual({
    ...suggested,
    criteria: { ...suggested.criteria, consecutiveDatapointsToClear: 1 },
  });
  expect(withCriteria({ ...newBehavior(), name: 'mine' }, suggested).name).toBe('mine');
});
