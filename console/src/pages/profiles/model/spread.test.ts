import { describe, expect, it } from 'vitest';
import type { ComparisonOperator } from '../../../api';
import { holds, parseNetwork } from './cidr';
import { beyondPercentile, outside, percentile, violating } from './spread';

const buckets = [
  { from: 0, to: 10, datapoints: 100 },
  { from: 10, to: 20, datapoints: 40 },
  { from: 20, to: 30, datapoints: 0 },
  { from: 30, to: 30, datapoints: 2 },
];

describe('violating', () => {
  it.each<[ComparisonOperator, number, number]>([
    ['less-than-equals', 30, 0],
    ['less-than', 30, 2],
    ['less-than-equals', 20, 2],
    ['less-than-equals', 15, 22],
    ['less-than', 0, 142],
    ['less-than-equals', -5, 142],
    ['greater-than', 10, 100],
    ['greater-than-equals', 5, 50],
    ['greater-than', 30, 142],
    ['greater-than-equals', 30, 140],
  ])('%s %d: %d', (operator, threshold, want) => {
    expect(violating(buckets, operator, threshold)).toBe(want);
  });
});

it('knows some percentiles', () => {
  const spread = { startTime: 0, endTime: 1, kind: 'count' as const, things: 1, datapoints: 1, min: 1, p50: 2, p99: 3, 'p99.9': 4, max: 5 };
  expect(['p0', 'p50', 'p99', 'p99.9', 'p100', 'p90', 'p99.99'].map((name) => percentile(spread, name))).toEqual([1, 2, 3, 4, 5, undefined, undefined]);
});

it.each<[ComparisonOperator, string, number]>([
  ['less-than-equals', 'p99', 100],
  ['less-than-equals', 'p100', 0],
  ['greater-than', 'p1', 100],
  ['greater-than', 'p0', 0],
])('beyond a percentile: %s %s', (operator, statistic, want) => {
  expect(beyondPercentile(10_000, operator, statistic)).toBe(want);
});

describe('outside', () => {
  const members = ['10.1.2.3', '192.0.2.7', '2001:db8::5'].map((member) => ({ member, things: 1 }));
  const names = (operator: ComparisonOperator, elements: string[], of = members) => outside(of, operator, elements).map(({ member }) => member);
  it('networks', () => {
    expect(names('in-cidr-set', ['10.0.0.0/8', '2001:db8::/32'])).toEqual(['192.0.2.7']);
    expect(names('not-in-cidr-set', ['10.0.0.0/8'])).toEqual(['10.1.2.3']);
  });
  it('ports and texts', () => {
    const ports = [
      { member: '443', things: 9 },
      { member: '23', things: 1 },
    ];
    expect(names('in-port-set', ['443'], ports)).toEqual(['23']);
    expect(names('not-in-set', ['443'], ports)).toEqual(['443']);
  });
});

describe('holds', () => {
  it.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['0.0.0.0/0', '1.2.3.4', true],
    ['::/0', '1.2.3.4', false],
    ['192.0.2.7', '192.0.2.7', true],
    ['2001:db8::/32', '2001:db8:1::1', true],
    ['10.0.0.0/16', '10.0.0.0/8', false],
  ])('%s, %s: %s', (network, address, want) => {
    expect(holds(parseNetwork(network)!, address)).toBe(want);
  });
});
