/** A range of time as one chooses it: the last so many seconds, or from one time to another. */
export type TimeRange = { last: number } | { from: number; to: number };

export const hour = 3600;
export const day = 86_400;

/** Reads ?last=24h or ?from=…&to=… (ISO 8601 or seconds); what does not fit gives the default. */
export function readRange(search: URLSearchParams, fallback: TimeRange): TimeRange {
  const last = /^(\d{1,4})(m|h|d)$/.exec(search.get('last') ?? '');
  if (last) {
    const seconds = Number(last[1]) * { m: 60, h: hour, d: day }[last[2] as 'm' | 'h' | 'd'];
    return seconds > 0 ? { last: seconds } : fallback;
  }
  const [from, to] = [readTime(search.get('from')), readTime(search.get('to'))];
  return from !== undefined && to !== undefined && from < to ? { from, to } : fallback;
}

function readTime(text: string | null): number | undefined {
  if (!text) return undefined;
  const time = /^\d+$/.test(text) ? Number(text) : Date.parse(text) / 1000;
  return Number.isFinite(time) && time >= 0 && time < 253_402_300_800 ? time : undefined;
}

export function writeRange(search: URLSearchParams, range: TimeRange): URLSearchParams {
  const next = new URLSearchParams(search);
  for (const key of ['last', 'from', 'to', 'page']) next.delete(key);
  if ('last' in range) next.set('last', shortest(range.last));
  else {
    next.set('from', new Date(range.from * 1000).toISOString());
    next.set('to', new Date(range.to * 1000).toISOString());
  }
  return next;
}

function shortest(seconds: number): string {
  if (seconds % day === 0) return `${seconds / day}d`;
  if (seconds % hour === 0) return `${seconds / hour}h`;
  return `${Math.max(1, Math.round(seconds / 60))}m`;
}

/** Begin and end of a range. The end of "the last …" is the next full step, so that calls repeat. */
export function boundsOf(range: TimeRange, now: number, step = 60): { startTime: number; endTime: number } {
  if ('from' in range) return { startTime: range.from, endTime: range.to };
  const endTime = Math.ceil(now / step) * step;
  return { startTime: endTime - range.last, endTime };
}
