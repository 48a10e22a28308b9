import { usualSteps } from '../time/rhythm';

export interface Presence {
  member: string;
  /** In how many lists it is. */
  count: number;
  /** Times from and to which it was there without a break. */
  spans: [number, number][];
}

/** When each member was in the lists, the most frequent first. A list holds until the next one. */
export function spansOf(times: number[], lists: readonly (readonly (string | number)[])[]): Presence[] {
  const found = new Map<string, Presence & { last: number }>();
  const usual = usualSteps(times);
  times.forEach((time, i) => {
    const next = times[i + 1];
    const end = next === undefined ? time + (usual[i] ?? 0) : Math.min(next, time + 3 * (usual[i + 1] ?? 0));
    for (const member of new Set((lists[i] ?? []).map(String))) {
      const known = found.get(member) ?? { member, count: 0, spans: [], last: -2 };
      const open = known.spans.at(-1);
      if (open && known.last === i - 1 && open[1] >= time) open[1] = end;
      else known.spans.push([time, end]);
      known.count++;
      known.last = i;
      found.set(member, known);
    }
  });
  return [...found.values()]
    .map(({ member, count, spans }) => ({ member, count, spans }))
    .sort((a, b) => b.count - a.count || a.member.localeCompare(b.member, 'en', { numeric: true }));
}
