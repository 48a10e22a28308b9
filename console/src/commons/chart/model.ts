import type { Tone } from './colors';

/** One line. */
export interface Series {
  label: string;
  /** At the chart's times; null: nothing is known there. */
  values: (number | null)[];
  tone?: Tone;
  /** stepped: holds until the next value, as thresholds of windows do. Default: line. */
  shape?: 'line' | 'stepped' | 'points';
  dashed?: boolean;
}

/** A value that is drawn all across: a threshold. */
export interface Threshold {
  value: number;
  label: string;
  /** Default: alarm. */
  tone?: Tone;
}

/** A stripe between two values: what is normal. An absent end is open. */
export interface Band {
  from?: number;
  to?: number;
  label: string;
  /** Default: normal. */
  tone?: Tone;
}

/** Something that happened: an alarm, its end. */
export interface ChartEvent {
  time: number;
  label: string;
  /** Default: alarm. */
  tone?: Tone;
}

/** What a chart shows. Times are seconds since 1970, ascending. */
export interface ChartModel {
  times: number[];
  series: Series[];
  thresholds?: Threshold[];
  bands?: Band[];
  events?: ChartEvent[];
  /** Default: from the first to the last time. */
  from?: number;
  to?: number;
  /** Writes a value of the chart. */
  format: (value: number) => string;
  /** The value axis begins at zero. Default: true. */
  zero?: boolean;
}

/** Least and greatest value that the axis must show. */
export function valueRange({ series, thresholds = [], bands = [], zero = true }: ChartModel): [number, number] {
  let low = zero ? 0 : Infinity;
  let high = -Infinity;
  const take = (value: number | null | undefined) => {
    if (value === null || value === undefined || !Number.isFinite(value)) return;
    low = Math.min(low, value);
    high = Math.max(high, value);
  };
  for (const { values } of series) for (const value of values) take(value);
  for (const { value } of thresholds) take(value);
  for (const { from, to } of bands) [from, to].forEach(take);
  if (high === -Infinity) high = low === Infinity ? 1 : low + 1;
  if (low === Infinity) low = 0;
  const room = (high - low || Math.abs(high) || 1) * 0.08;
  return [zero && low === 0 ? 0 : low - room, high + room];
}

/** Index of the time that is nearest; -1 where there are none. */
export function nearest(times: number[], time: number): number {
  let low = 0;
  let high = times.length - 1;
  if (high < 0) return -1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  const before = times[low - 1];
  return before !== undefined && time - before <= (times[low] ?? 0) - time ? low - 1 : low;
}
