// Words and numbers for people. Everything here is pure.

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 3 });
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

export function formatNumber(value: number): string {
  return grouped.format(value);
}

/** 12,345 as 12.3K: for tiles and axes. */
export function formatShort(value: number): string {
  return Math.abs(value) < 10_000 ? grouped.format(Math.round(value * 100) / 100) : short.format(value);
}

/** Bytes in steps of 1000, as network counters are read. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes;
  let step = 0;
  while (Math.abs(value) >= 1000 && step < units.length - 1) {
    value /= 1000;
    step++;
  }
  return `${value.toLocaleString('en-US', { maximumSignificantDigits: 4, useGrouping: false })} ${units[step]}`;
}

/** A count with its unit: "512 B", "1 port", "20 ports". */
export function formatCount(value: number, unit?: string): string {
  if (unit === 'bytes') return formatBytes(value);
  if (!unit) return formatNumber(value);
  return `${formatNumber(value)} ${value === 1 ? unit.replace(/s$/, '') : unit}`;
}

const steps: [string, number][] = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
];

/** A length of time in its two greatest units: 5400 → "1 h 30 min". */
export function formatDuration(seconds: number): string {
  let rest = Math.round(seconds);
  const parts: string[] = [];
  for (const [unit, size] of steps) {
    const whole = Math.floor(rest / size);
    rest -= whole * size;
    if (whole > 0) parts.push(`${whole} ${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(' ') || '0 s';
}

/** "3 min ago", "in 2 h"; both in seconds since 1970. */
export function formatAgo(time: number, now: number): string {
  const distance = Math.round(now - time);
  if (Math.abs(distance) < 5) return 'just now';
  const [unit, size] = steps.find(([, size]) => Math.abs(distance) >= size) ?? (['s', 1] as [string, number]);
  const text = `${Math.floor(Math.abs(distance) / size)} ${unit}`;
  return distance > 0 ? `${text} ago` : `in ${text}`;
}

const exact = new Intl.DateTimeFormat('en-GB', {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});

/** A time in full, in the zone of the browser. Seconds since 1970. */
export function formatTime(time: number): string {
  return exact.format(new Date(time * 1000));
}

/** The first few members of a list, and how many more there are. */
export function shorten(list: readonly (string | number)[], limit = 5): string {
  if (list.length === 0) return 'none';
  const shown = list.slice(0, limit).join(', ');
  return list.length > limit ? `${shown} and ${formatNumber(list.length - limit)} more` : shown;
}

/** "1 thing", "3 things". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}
