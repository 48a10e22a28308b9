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
  const step = usualStep(times);
  times.forEach((time, i) => {
    const next = times[i + 1];
    const end = next === undefined ? time + step : Math.min(next, time + 3 * step);
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

/** The median distance of times; 300 where there is none. */
function usualStep(times: number[]): number {
  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? time));
  return gaps.sort((a, b) => a - b)[gaps.length >> 1] ?? 300;
}
