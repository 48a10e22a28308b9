import type { HealthName } from '../../api';
import { day } from '../../commons/time/range';

export const healthNames: Record<HealthName, string> = { log: 'Log', store: 'Store', detection: 'Detection' };

/** Alarms over two weeks, in bars of half a day. */
export const historyDays = 14;
export const bucketSeconds = day / 2;

/** Begin and end of the history: whole buckets, so that calls repeat. */
export function historyBounds(now: number): { startTime: number; endTime: number } {
  const endTime = Math.ceil(now / bucketSeconds) * bucketSeconds;
  return { startTime: endTime - historyDays * day, endTime };
}
