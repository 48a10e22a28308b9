import type { Violation } from '../../api';
import { day, hour } from '../../commons/time/range';
import type { Span } from './value-chart';

/** How much of a metric's history is drawn. */
export const spanChoices = ['alarm', '1d', '3d', '14d'] as const;
export type SpanChoice = (typeof spanChoices)[number];

export const spanNames: Record<SpanChoice, string> = { alarm: 'Around the alarm', '1d': '1 day', '3d': '3 days', '14d': '14 days' };

const lengths: Record<Exclude<SpanChoice, 'alarm'>, number> = { '1d': day, '3d': 3 * day, '14d': 14 * day };

/** What is drawn of an alarm: it whole, and more of the time before it than after. */
export function spanOf({ violationStartTime = 0, endTime }: Violation, choice: SpanChoice, now: number): Span {
  const present = Math.ceil(now / 60) * 60;
  const end = endTime ?? present;
  if (choice !== 'alarm') {
    const to = Math.min(present, end + lengths[choice] / 8);
    return { from: to - lengths[choice], to };
  }
  const length = Math.max(end - violationStartTime, hour / 2);
  return {
    from: Math.max(violationStartTime - Math.max(length, hour), end - 14 * day),
    to: Math.min(present, end + Math.max(length / 2, hour / 2)),
  };
}
