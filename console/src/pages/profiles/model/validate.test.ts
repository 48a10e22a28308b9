import { describe, expect, it } from 'vitest';
import { formOfBehavior, newBehavior, type BehaviorForm } from './behavior-form';
import { newProfile, newRetained, type ProfileForm } from './profile-form';
import { behaviorFaultsOf, stepOfMessage } from './server-faults';
import { validateAlerts, validateBehaviors, validateExport, validateProperties } from './validate';

const good: BehaviorForm = formOfBehavior({ name: 'b', metric: 'aws:all-bytes-out', criteria: { comparisonOperator: 'less-than', value: { count: 5 }, durationSeconds: 300 } }, 'r1');
const profile = (part: Partial<ProfileForm>): ProfileForm => ({ ...newProfile(), name: 'p', ...part });

describe('properties', () => {
  it.each([
    ['cams:eu_1-a', '', {}],
    ['', '', { name: expect.any(String) }],
    ['a b', '', { name: expect.any(String) }],
    ['a'.repeat(129), '', { name: expect.any(String) }],
    ['taken', '', { name: 'There is a security profile of this name already.' }],
    ['p', 'x'.repeat(1001), { description: expect.any(String) }],
    ['p', 'a\tb', { description: expect.any(String) }],
    ['p', 'Kameras für Flure – 50 %', {}],
  ])('%s %s', (name, description, want) => {
    expect(validateProperties(profile({ name, description }), ['taken'])).toEqual(want);
  });
});

describe('behaviors', () => {
  const faults = (...behaviors: BehaviorForm[]) => Object.keys(validateBehaviors(profile({ behaviors }), { users: 'string-list' }));

  it.each<[string, Partial<BehaviorForm>, string[]]>([
    ['good', {}, []],
    ['no name', { name: '' }, ['r1.name']],
    ['no metric', { metric: '', member: '', operator: '' }, ['r1.metric']],
    ['no operator', { operator: '' }, ['r1.operator']],
    ['operator of another kind', { operator: 'in-set' }, ['r1.operator']],
    ['no value', { value: '' }, ['r1.value']],
    ['no percentile', { check: 'statistical', statistic: '' }, ['r1.statistic']],
    ['percentile of a list', { metric: 'aws:listening-tcp-ports', check: 'statistical', operator: 'in-port-set', statistic: 'p99', duration: '' }, ['r1.check']],
    ['dimension of a device metric', { dimension: 'auth' }, ['r1.dimension']],
    ['odd duration', { duration: '301' }, ['r1.duration']],
    ['no duration', { duration: '' }, []],
    ['datapoints', { toAlarm: '11', toClear: '0' }, ['r1.toAlarm', 'r1.toClear']],
    ['datapoints left out', { toAlarm: '', toClear: '10' }, []],
    ['custom list', { metric: 'users', operator: 'in-set', member: 'strings', value: 'root', duration: '' }, []],
    ['metric that is not known: for the server', { metric: 'gone', operator: 'in-set' }, []],
  ])('%s', (_, part, want) => {
    expect(faults({ ...good, ...part })).toEqual(want);
  });

  it('machine learning passes as it is', () => {
    expect(faults(formOfBehavior({ name: 'm', metric: 'aws:all-bytes-in', criteria: { mlDetectionConfig: { confidenceLevel: 'LOW' } } }))).toEqual([]);
  });
  it('two of one name', () => {
    expect(faults(good, { ...good, id: 'r2' })).toEqual(['r1.name', 'r2.name']);
  });
  it('too many, too many elements', () => {
    expect(faults(...Array.from({ length: 101 }, (_, i) => ({ ...good, id: `r${i}`, name: `b${i}` })))).toEqual(['behaviors']);
    const ports = formOfBehavior({ name: 'a', metric: 'aws:listening-tcp-ports', criteria: { comparisonOperator: 'in-port-set', value: { ports: Array.from({ length: 600 }, (_, i) => i) } } });
    expect(faults(ports, { ...ports, id: 'r2', name: 'b' })).toEqual(['behaviors']);
  });
  it('retained rows', () => {
    const row = { ...newRetained(), metric: 'aws:num-messages-sent', dimension: 'auth' };
    const retained = [row, { ...row, id: 'x', dimensionOperator: 'NOT_IN' as const }, { ...row, id: 'y' }, { ...newRetained(), id: 'z' }];
    expect(Object.keys(validateBehaviors(profile({ retained }), {}))).toEqual([`${row.id}.metric`, 'y.metric', 'z.metric']);
  });
});

it.each([
  [false, '', '', []],
  [true, 'fleet/metrics', 'arn:aws:iam::123456789012:role/r', []],
  [true, '$aws/rules/r', 'arn:aws:iam::123456789012:role/r', []],
  [true, 'a/#', 'arn:aws:iam::123456789012:role/r', ['mqttTopic']],
  [true, '$SYS/a', 'arn:aws:iam::123456789012:user/r', ['mqttTopic', 'exportRole']],
  [true, '', '', ['mqttTopic', 'exportRole']],
])('export %s %s %s', (on, mqttTopic, roleArn, want) => {
  expect(Object.keys(validateExport(profile({ export: { on, mqttTopic, roleArn } })))).toEqual(want);
});

it.each([
  [false, '', '', []],
  [true, 'arn:aws:sns:us-west-2:123456789012:ops', 'arn:aws:iam::123456789012:role/path/r', []],
  [true, 'arn:aws:sqs:us-west-2:123456789012:q', '', ['alertTargetArn', 'alertRole']],
])('alerts %s %s %s', (on, alertTargetArn, roleArn, want) => {
  expect(Object.keys(validateAlerts(profile({ alerts: { on, alertTargetArn, roleArn } })))).toEqual(want);
});

describe('what the server says', () => {
  const behaviors = [good, { ...newBehavior(), id: 'r2', name: '' }, { ...good, id: 'r3', name: 'c' }];
  it.each([
    ['Behavior b is malformed. name is used by another behavior of the profile', 'r1.name'],
    ['Behavior b is malformed. metric x is not supported', 'r1.metric'],
    ['Behavior b is malformed. metricDimension is not supported for metric x', 'r1.dimension'],
    ['Behavior b is malformed. dimension x does not exist', 'r1.dimension'],
    ['Behavior b is malformed. comparisonOperator less-than is not supported for metric x', 'r1.operator'],
    ['Behavior b is malformed. durationSeconds 301 should be one of 300, 600, 900, 1800, 3600', 'r1.duration'],
    ['Behavior b is malformed. consecutiveDatapointsToAlarm 100000 should be in range[1,10]', 'r1.toAlarm'],
    ['Behavior c is malformed. consecutiveDatapointsToClear 0 should be in range[1,10]', 'r3.toClear'],
    ['Behavior b is malformed. statisticalThreshold is not supported for metric x', 'r1.check'],
    ['Behavior b is malformed. statistic p98 is not supported', 'r1.statistic'],
    ['Behavior b is malformed. value must contain only ports', 'r1.value'],
    ['Behavior b is malformed. cidr 10.0.0.0/33 is not valid', 'r1.value'],
    ['Behavior b is malformed. port 70000 should be in range[0,65535]', 'r1.value'],
    ['Behavior b is malformed. something new', 'r1.rest'],
    ['Behavior #2 is malformed. name is required', 'r2.name'],
    ['Behavior zzz is malformed. metric is required', 'behaviors'],
    ['A security profile has at most 100 behaviors, not 101.', 'behaviors'],
  ])('%s', (message, path) => {
    expect(Object.keys(behaviorFaultsOf([message], behaviors))).toEqual([path]);
  });
  it('two faults of one field', () => {
    expect(behaviorFaultsOf(['Behavior b is malformed. port 70000 is wrong', 'Behavior b is malformed. port 70001 is wrong'], behaviors)).toEqual({ 'r1.value': 'port 70000 is wrong. port 70001 is wrong.' });
  });

  it.each([
    ['Behavior b is malformed. metric is required', 'behaviors'],
    ['additionalMetricsToRetain: dimension Nope does not exist', 'behaviors'],
    ['metricsExportConfig.mqttTopic: nothing can be published to a/#', 'export'],
    ['alertTargets: arn:aws:sqs:q is not the ARN of an SNS topic.', 'notifications'],
    ['The security profile p already exists with different content.', 'properties'],
    ['Vedette cannot be reached.', 'review'],
  ])('step of: %s', (message, want) => {
    expect(stepOfMessage(message)).toBe(want);
  });
});
