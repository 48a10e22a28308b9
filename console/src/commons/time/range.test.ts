import { describe, expect, it } from 'vitest';
import { boundsOf, day, hour, readRange, writeRange, type TimeRange } from './range';

const fallback: TimeRange = { last: day };
const read = (query: string) => readRange(new URLSearchParams(query), fallback);

describe('time range in the URL', () => {
  it.each<TimeRange>([{ last: hour }, { last: 14 * day }, { last: 300 }, { from: 1700000000, to: 1700003600 }])('is read as it was written: %o', (range) => {
    expect(readRange(writeRange(new URLSearchParams('last=9d&from=1&page=2'), range), fallback)).toEqual(range);
  });
  it('takes seconds', () => {
    expect(read('from=100&to=200')).toEqual({ from: 100, to: 200 });
  });
  it.each(['last=0h', 'last=5w', 'last=-1d', 'from=200&to=100', 'from=x&to=y', 'from=1', ''])('falls back from %s', (query) => {
    expect(read(query)).toEqual(fallback);
  });
});

describe('boundsOf', () => {
  it('ends at the next full step', () => {
    expect(boundsOf({ last: hour }, 7230)).toEqual({ startTime: 3660, endTime: 7260 });
    expect(boundsOf({ from: 1, to: 2 }, 7230)).toEqual({ startTime: 1, endTime: 2 });
  });
});
