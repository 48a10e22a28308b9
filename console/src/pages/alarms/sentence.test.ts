import { describe, expect, it } from 'vitest';
import type { Behavior, BehaviorCriteria } from '../../api';
import { whySentence } from './sentence';

function behavior(metric: string, criteria: BehaviorCriteria, more: Partial<Behavior> = {}): Behavior {
  return { name: 'b', metric, criteria, ...more };
}

describe('whySentence', () => {
  it('compares a number with its bound', () => {
    const bytes = behavior('aws:all-bytes-out', { comparisonOperator: 'less-than-equals', value: { count: 1_000_000 }, durationSeconds: 300 });
    expect(whySentence(bytes, { count: 48_000_000 })).toBe('Bytes out 48 MB; expected at most 1 MB in 5 min.');
  });
  it('does not say a unit twice', () => {
    const failures = behavior('aws:num-authorization-failures', { comparisonOperator: 'less-than', value: { count: 5 }, durationSeconds: 600, consecutiveDatapointsToAlarm: 3 });
    expect(whySentence(failures, { count: 8 })).toBe('Authorization failures: 8; expected less than 5 in 10 min, 3 datapoints in a row.');
  });
  it('writes a custom number', () => {
    expect(whySentence(behavior('battery', { comparisonOperator: 'greater-than-equals', value: { number: 20 } }), { number: 3.5 })).toBe('battery: 3.5; expected at least 20.');
  });
  it('names the members of a list that are not expected', () => {
    const ports = behavior('aws:listening-tcp-ports', { comparisonOperator: 'in-port-set', value: { ports: [443, 8883] } });
    expect(whySentence(ports, { ports: [23, 443, 2323] })).toBe('Listening TCP ports with 23, 2323; expected only 443, 8883.');
  });
  it('names what must not be in a list', () => {
    const networks = behavior('aws:destination-ip-addresses', { comparisonOperator: 'not-in-cidr-set', value: { cidrs: ['203.0.113.0/24'] } });
    expect(whySentence(networks, { cidrs: ['10.0.0.1', '203.0.113.9'] })).toBe('Destination IPs with 203.0.113.9; expected none of 203.0.113.0/24.');
  });
  it('tells the percentile and its value', () => {
    const p99 = behavior('aws:all-bytes-out', { comparisonOperator: 'less-than-equals', statisticalThreshold: { statistic: 'p99' }, durationSeconds: 300 });
    expect(whySentence(p99, { count: 9000 }, { count: 7000, things: 19 })).toBe('Bytes out 9 KB; expected at most 7 KB in 5 min, the p99 of 19 things.');
    expect(whySentence(p99, { count: 9000 })).toBe('Bytes out 9 KB; expected at most the p99 of the fleet in 5 min.');
  });
  it('tells the dimension', () => {
    const sent = behavior('aws:num-messages-sent', { comparisonOperator: 'less-than', value: { count: 5 } }, { metricDimension: { dimensionName: 'admin', operator: 'NOT_IN' } });
    expect(whySentence(sent, { count: 6 })).toBe('Messages sent outside admin: 6; expected less than 5.');
  });
  it('says what it can of an alarm without a value', () => {
    expect(whySentence(behavior('battery', { comparisonOperator: 'less-than', value: { number: 1 } }), undefined)).toBe('battery; expected less than 1.');
  });
});
