import { metricOf, type Behavior, type Output, type Threshold } from '../../api';
import { formatDuration } from '../../commons/format';
import { metricTitle } from '../../i18n-strings';
import { usualStep, usualSteps } from '../../commons/time/rhythm';

/** A value at each time; null: a break. */
export interface Line {
  times: number[];
  values: (number | null)[];
}

/** What of the kept values a behavior judges, and how the line is called. */
export interface Judged {
  label: string;
  /** Seconds over which values are summed up; 0: each stands for itself. */
  sum: number;
  /** Why thresholds cannot be compared with what is kept; undefined: they can. */
  apart?: string;
}

/** How kept values become what a behavior judges (docs/detection.md, "What a datapoint is" and "Kept values"). */
export function judgedOf({ metric, criteria = {} }: Behavior): Judged {
  const title = metricTitle(metric);
  const { kind, unit } = metricOf(metric) ?? {};
  const seconds = criteria.durationSeconds ?? 300;
  if (kind === 'delta' || kind === 'counter') return { label: `${title} in ${formatDuration(seconds)}`, sum: seconds };
  if (kind === 'message size') {
    const label = `${title}, largest in 5 min`;
    if (criteria.statisticalThreshold) return { label, sum: 0, apart: 'The behavior judges the sum of the sizes in a window; kept is the largest size, so no threshold is drawn.' };
    if (criteria.comparisonOperator?.startsWith('greater')) return { label, sum: 0, apart: 'The behavior judges the smallest size in a window; kept is the largest, so no threshold is drawn.' };
    return { label, sum: 0 };
  }
  return { label: unit && unit !== 'bytes' && !title.toLowerCase().includes(unit) ? `${title}, ${unit}` : title, sum: 0 };
}

/** The line of the kept values as a behavior judges them, from a time on. */
export function lineOf({ times, counts, numbers }: Output<'GetMetricValues'>, sum: number, from: number): Line {
  const values = counts ?? numbers ?? [];
  const line = sum > 0 ? rollingSums(times, values, sum) : { times, values };
  const first = line.times.findIndex((time) => time >= from);
  if (first < 0) return { times: [], values: [] };
  return withBreaks({ times: line.times.slice(first), values: line.values.slice(first) });
}

/**
 * Sums of what was reported in the last so many seconds, at the end of each report. A
 * report covers the time since the one before; the sum takes as many reports as come
 * nearest to the window. Where too few are known it is null.
 */
export function rollingSums(times: number[], values: number[], seconds: number): Line {
  const usual = usualStep(times);
  const cover = (i: number) => (i === 0 ? usual : (times[i] ?? 0) - (times[i - 1] ?? 0));
  let [low, covered, sum] = [0, 0, 0];
  const sums = times.map((_, i) => {
    covered += cover(i);
    sum += values[i] ?? 0;
    while (low < i && covered - cover(low) >= seconds - cover(low + 1) / 2) {
      covered -= cover(low);
      sum -= values[low] ?? 0;
      low++;
    }
    return covered >= seconds - cover(low) / 2 ? sum : null;
  });
  return { times, values: sums };
}

/** Breaks a line where nothing was reported for much longer than usual. */
export function withBreaks({ times, values }: Line): Line {
  const usual = usualSteps(times);
  const out: Line = { times: [], values: [] };
  times.forEach((time, i) => {
    const before = times[i - 1];
    const step = usual[i] ?? 0;
    if (before !== undefined && time - before > 3 * step) {
      out.times.push(before + step);
      out.values.push(null);
    }
    out.times.push(time);
    out.values.push(values[i] ?? null);
  });
  return out;
}

/** Finds the threshold that judged a datapoint: that of the window before the datapoint's. */
export function thresholdAt(behavior: Behavior, thresholds: Threshold[]): (time: number) => Threshold | undefined {
  const seconds = behavior.criteria?.durationSeconds ?? 300;
  const cloud = metricOf(behavior.metric)?.side === 'cloud';
  const byEnd = new Map(thresholds.map((threshold) => [Math.round(threshold.windowEnd ?? 0), threshold]));
  return (time) => {
    const windows = time / seconds;
    // The datapoint of a window at the gateway bears the time of its end.
    const begin = cloud && Number.isInteger(windows) ? windows - 1 : Math.floor(windows);
    return byEnd.get(begin * seconds);
  };
}

export function boundOf(threshold: Threshold | undefined): number | null {
  return threshold?.count ?? threshold?.number ?? null;
}
