import { describe, expect, it } from 'vitest';
import { nearest, valueRange } from './model';
import { spansOf } from './presence';

const format = String;

describe('valueRange', () => {
  it('covers values, thresholds and bands', () => {
    expect(valueRange({ times: [1, 2], series: [{ label: 'a', values: [5, null] }], thresholds: [{ value: 100, label: 't' }], format })).toEqual([0, 108]);
    expect(valueRange({ times: [1], series: [{ label: 'a', values: [10] }], bands: [{ to: 20, label: 'b' }], zero: false, format })).toEqual([9.2, 20.8]);
  });
  it('is a range where there is nothing', () => {
    const [low, high] = valueRange({ times: [], series: [], format });
    expect(high).toBeGreaterThan(low);
  });
});

describe('nearest', () => {
  it.each([
    [0, 0],
    [14, 0],
    [16, 1],
    [25, 1],
    [99, 2],
  ])('to %d', (time, want) => expect(nearest([10, 20, 30], time)).toBe(want));
  it('of nothing', () => expect(nearest([], 5)).toBe(-1));
});

describe('spansOf', () => {
  it('joins what follows, and ends where a member is missing', () => {
    expect(spansOf([0, 300, 600, 900], [[443], [443, 23], [443], []])).toEqual([
      { member: '443', count: 3, spans: [[0, 900]] },
      { member: '23', count: 1, spans: [[300, 600]] },
    ]);
  });
  it('does not reach over a long silence', () => {
    expect(spansOf([0, 300, 600, 9000], [['a'], ['a'], ['a'], ['a']])[0]?.spans).toEqual([
      [0, 1500],
      [9000, 9300],
    ]);
  });
});
