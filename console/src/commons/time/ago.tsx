import { formatAgo, formatTime } from '../format';
import { useNow } from './clock';

/** "3 min ago", with the exact time on hover. Seconds since 1970; absent: what else to say. */
export function Ago({ time, absent = '–' }: { time: number | undefined; absent?: string }) {
  const now = useNow();
  if (time === undefined) return <>{absent}</>;
  return (
    <time dateTime={new Date(time * 1000).toISOString()} title={formatTime(time)}>
      {formatAgo(time, Math.max(now, time))}
    </time>
  );
}

/** The exact time, with the distance on hover. */
export function At({ time, absent = '–' }: { time: number | undefined; absent?: string }) {
  const now = useNow();
  if (time === undefined) return <>{absent}</>;
  return (
    <time dateTime={new Date(time * 1000).toISOString()} title={formatAgo(time, Math.max(now, time))}>
      {formatTime(time)}
    </time>
  );
}
