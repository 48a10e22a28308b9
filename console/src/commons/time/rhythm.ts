const around = 5;

/** The median distance of times; 300 where there is none. */
export function usualStep(times: number[]): number {
  return median(gapsOf(times)) ?? 300;
}

/**
 * For each time, the distance to the one before that is usual thereabouts: the greater of
 * the medians of the few distances before it and after it, so that neither a silence nor a
 * device that begins to report more often is taken for the rule.
 */
export function usualSteps(times: number[]): number[] {
  const gaps = gapsOf(times);
  return times.map((_, i) => {
    const before = median(gaps.slice(Math.max(0, i - 1 - around), Math.max(0, i - 1)));
    const after = median(gaps.slice(i, i + around));
    return Math.max(before ?? 0, after ?? 0) || 300;
  });
}

function gapsOf(times: number[]): number[] {
  return times.slice(1).map((time, i) => time - (times[i] ?? time));
}

function median(list: number[]): number | undefined {
  return list.length === 0 ? undefined : [...list].sort((a, b) => a - b)[(list.length - 1) >> 1];
}
