/** Points of a small chart: x and y from 0 to 1, y upwards. */
export type Point = [number, number];

/** Runs of points without a break. Of more than two values for a pixel the least and the greatest stay. */
export function sparkline(times: number[], values: (number | null)[], from: number, to: number, pixels: number): Point[][] {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return [];
  const high = known.reduce((a, b) => Math.max(a, b), 0);
  const low = known.reduce((a, b) => Math.min(a, b), 0);
  const span = high - low || 1;
  const runs: Point[][] = [];
  let run: Point[] = [];
  let column = { at: -1, low: Infinity, high: -Infinity };
  const flush = () => {
    if (column.at < 0) return;
    const x = column.at / pixels;
    run.push([x, (column.low - low) / span]);
    if (column.high !== column.low) run.push([x, (column.high - low) / span]);
    column = { at: -1, low: Infinity, high: -Infinity };
  };
  values.forEach((value, i) => {
    const time = times[i] ?? 0;
    if (time < from || time > to) return;
    if (value === null) {
      flush();
      if (run.length > 0) runs.push(run);
      run = [];
      return;
    }
    const at = Math.round(((time - from) / Math.max(1, to - from)) * pixels);
    if (at !== column.at) {
      flush();
      column.at = at;
    }
    column.low = Math.min(column.low, value);
    column.high = Math.max(column.high, value);
  });
  flush();
  if (run.length > 0) runs.push(run);
  return runs;
}
