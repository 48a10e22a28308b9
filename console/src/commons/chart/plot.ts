import uPlot from 'uplot';
import { seriesTone, type Tone } from './colors';
import { valueRange, type ChartModel, type Series } from './model';
import { formatTick } from './tick';
import { drawBehind, drawOver } from './overlay';

export interface PlotOptions {
  model: ChartModel;
  palette: Record<Tone, string>;
  width: number;
  height: number;
  /** The index under the cursor; null: none. */
  onCursor: (index: number | null) => void;
  /** A range was drawn with the mouse. */
  onSelect: ((from: number, to: number) => void) | undefined;
}

const font = "12px Inter, -apple-system, 'Segoe UI', Roboto, 'Open Sans', sans-serif";

/** What uPlot needs to draw a model. */
export function plotOptions({ model, palette, width, height, onCursor, onSelect }: PlotOptions): uPlot.Options {
  const axis = { stroke: palette.muted, font, grid: { stroke: palette.line, width: 1 }, ticks: { stroke: palette.line, width: 1, size: 5 } };
  return {
    width,
    height,
    legend: { show: false },
    padding: [12, 26, 0, 0],
    cursor: {
      y: false,
      drag: { x: Boolean(onSelect), y: false, setScale: false },
      points: { size: 7 },
    },
    scales: {
      x: { time: true, range: () => bounds(model) },
      y: { range: () => valueRange(model) },
    },
    axes: [{ ...axis, size: 32, values: (_, times, __, ___, step) => times.map((time) => formatTick(time, step)) }, { ...axis, size: 72, values: (_, values) => values.map(model.format) }],
    series: [{}, ...model.series.map((series, index) => line(series, index, palette))],
    hooks: {
      drawAxes: [(plot) => drawBehind(plot, model, palette)],
      draw: [(plot) => drawOver(plot, model, palette)],
      setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)],
      setSelect: [
        (plot) => {
          if (plot.select.width < 4) return;
          onSelect?.(plot.posToVal(plot.select.left, 'x'), plot.posToVal(plot.select.left + plot.select.width, 'x'));
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}

function bounds({ times, from, to }: ChartModel): [number, number] {
  const first = from ?? times[0] ?? 0;
  const last = to ?? times.at(-1) ?? first;
  return first < last ? [first, last] : [first - 300, first + 300];
}

function line({ label, tone, shape = 'line', dashed }: Series, index: number, palette: Record<Tone, string>): uPlot.Series {
  const color = palette[tone ?? seriesTone(index)];
  return {
    label,
    stroke: color,
    width: 2,
    spanGaps: false,
    points: { show: shape === 'points' ? true : undefined, size: 5, fill: color } as uPlot.Series.Points,
    ...(shape === 'points' && { paths: () => null }),
    ...(shape === 'stepped' && uPlot.paths.stepped && { paths: uPlot.paths.stepped({ align: 1 }) }),
    ...(dashed && { dash: [6, 4] }),
  };
}

/** The columns that uPlot draws. */
export function plotData({ times, series }: ChartModel): uPlot.AlignedData {
  return [times, ...series.map(({ values }) => values)] as uPlot.AlignedData;
}
