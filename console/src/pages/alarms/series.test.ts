import { describe, expect, it } from 'vitest';
import type { Behavior } from '../../api';
import { bucketsOf } from './buckets';
import { judgedOf, lineOf, rollingSums, thresholdAt, withBreaks } from './series';

const steps = (count: number, step: number) => Array.from({ length: count }, (_, i) => i * step);

describe('rollingSums', () => {
  it('takes each report where they come once a window, give or take', () => {
    expect(rollingSums([0, 299, 600, 901], [1, 2, 3, 4], 300).values).toEqual([1, 2, 3, 4]);
  });
  it('sums up reports that come more often', () => {
    expect(rollingSums(steps(7, 60), [1, 1, 1, 1, 1, 1, 10], 300).values).toEqual([null, null, null, null, 5, 5, 14]);
  });
  it('takes a report after a silence alone', () => {
    expect(rollingSums([0, 60, 120, 180, 240, 300, 4000], [1, 1, 1, 1, 1, 1, 9], 300).values.at(-1)).toBe(9);
  });
  it('sums up windows of the gateway', () => {
    expect(rollingSums(steps(4, 300), [1, 2, 3, 4], 600).values).toEqual([null, 3, 5, 7]);
  });
  it('takes nothing', () => {
    expect(rollingSums([], [], 300)).toEqual({ times: [], values: [] });
  });
});

describe('withBreaks', () => {
  it('breaks the line where the thing was silent', () => {
    expect(withBreaks({ times: [0, 300, 600, 3600], values: [1, 2, 3, 4] })).toEqual({ times: [0, 300, 600, 900, 3600], values: [1, 2, 3, null, 4] });
  });
});

describe('lineOf', () => {
  it('begins at a time, with sums of what was before', () => {
    const kept = { kind: 'count' as const, times: steps(4, 300), counts: [1, 2, 3, 4], truncated: false };
    expect(lineOf(kept, 600, 600)).toEqual({ times: [600, 900], values: [5, 7] });
    expect(lineOf(kept, 0, 5000)).toEqual({ times: [], values: [] });
  });
});

describe('judgedOf', () => {
  it.each([
    ['aws:all-bytes-out', { durationSeconds: 600 }, 600],
    ['aws:num-messages-sent', {}, 300],
    ['aws:num-listening-tcp-ports', {}, 0],
    ['battery', { durationSeconds: 900 }, 0],
  ])('%s', (metric, criteria, sum) => {
    expect(judgedOf({ name: 'b', metric, criteria })).toMatchObject({ sum });
  });
  it('knows what cannot be compared', () => {
    const size = 'aws:message-byte-size';
    expect(judgedOf({ name: 'b', metric: size, criteria: { comparisonOperator: 'less-than' } }).apart).toBeUndefined();
    expect(judgedOf({ name: 'b', metric: size, criteria: { comparisonOperator: 'greater-than' } }).apart).toMatch(/smallest/);
    expect(judgedOf({ name: 'b', metric: size, criteria: { comparisonOperator: 'less-than', statisticalThreshold: {} } }).apart).toMatch(/sum/);
  });
});

describe('thresholdAt', () => {
  const of = (metric: string): Behavior => ({ name: 'b', metric, criteria: { durationSeconds: 300 } });
  const thresholds = [
    { windowEnd: 600, count: 2 },
    { windowEnd: 300, count: 1 },
  ];
  it('finds the one of the window before', () => {
    const at = thresholdAt(of('aws:all-bytes-out'), thresholds);
    expect([299, 300, 599.9, 600, 899, 900].map((time) => at(time)?.count)).toEqual([undefined, 1, 1, 2, 2, undefined]);
  });
  it('takes a datapoint of the gateway for the window that it ends', () => {
    const at = thresholdAt(of('aws:num-messages-sent'), thresholds);
    expect([600, 900, 750].map((time) => at(time)?.count)).toEqual([1, 2, 2]);
  });
});

describe('bucketsOf', () => {
  it('draws two weeks in bars of six hours', () => {
    expect(bucketsOf(86_400, 15 * 86_400, 0)).toEqual({ startTime: 86_400, endTime: 15 * 86_400, bucketSeconds: 21_600 });
  });
  it('begins days at midnight', () => {
    expect(bucketsOf(0, 40 * 86_400, 3600)).toEqual({ startTime: -3600, endTime: 40 * 86_400 + 82_800, bucketSeconds: 86_400 });
  });
  it('covers what is not whole', () => {
    expect(bucketsOf(30, 3570, 0)).toEqual({ startTime: 0, endTime: 3600, bucketSeconds: 60 });
  });
});
