import { boundsOf, type TimeRange } from '../../../commons/time/range';

const steps = [60, 300, 900, 3600];

/**
 * Begin and end of what is drawn. The end of "the last …" is up to 1/200 of the range
 * ahead, so that the same call shows new values for a while.
 */
export function chartBounds(range: TimeRange, now: number): { startTime: number; endTime: number } {
  const length = 'last' in range ? range.last : range.to - range.from;
  return boundsOf(range, now, steps.findLast((step) => step <= length / 200) ?? 60);
}
