import { day, hour } from '../../commons/time/range';

const sizes = [60, 300, 900, 1800, hour, 3 * hour, 6 * hour, 12 * hour, day, 7 * day, 28 * day];

/** Bars that are drawn at most. */
const most = 60;

export interface Buckets {
  startTime: number;
  endTime: number;
  bucketSeconds: number;
}

/** Whole bars that cover a range of time. offset: seconds that local time is ahead of UTC, so that days begin at midnight. */
export function bucketsOf(startTime: number, endTime: number, offset: number): Buckets {
  const bucketSeconds = sizes.find((size) => (endTime - startTime) / size <= most) ?? 28 * day;
  const down = (time: number) => Math.floor((time + offset) / bucketSeconds) * bucketSeconds - offset;
  return { startTime: down(startTime), endTime: down(endTime - 0.001) + bucketSeconds, bucketSeconds };
}
