import { useState } from 'react';
import type { Tone } from './colors';
import { seriesTone, toneColor } from './colors';
import { DataTable } from './data-table';
import type { ChartModel } from './model';
import { Plot } from './uplot-canvas';
import { Readout } from './readout';

export interface LineChartProps extends ChartModel {
  /** What the chart is of, for screen readers. */
  label: string;
  height?: number;
  /** A range was drawn with the mouse: to zoom in. Use a stable function. */
  onSelect?: (from: number, to: number) => void;
}

/**
 * Lines over time with thresholds, bands and events. The arrow keys move the readout;
 * "Show as a table" is there for those who cannot see it. Give it a memoized model.
 */
export function LineChart({ label, height = 260, onSelect, ...model }: LineChartProps) {
  const [index, setIndex] = useState<number | null>(null);
  const [asTable, setAsTable] = useState(false);
  return (
    <figure className="vedette-chart" aria-label={label}>
      <Legend model={model} />
      <Plot model={model} label={label} height={height} index={index} onIndex={setIndex} onSelect={onSelect} />
      <Readout model={model} index={index} />
      <DataTable model={model} label={label} open={asTable} onToggle={setAsTable} />
    </figure>
  );
}

function Legend({ model: { series, thresholds = [], bands = [], events = [] } }: { model: ChartModel }) {
  const entries: { label: string; tone: Tone; mark: string }[] = [
    ...series.map(({ label, tone, dashed }, index) => ({ label, tone: tone ?? seriesTone(index), mark: dashed ? 'dashed' : 'line' })),
    ...bands.map(({ label, tone = 'normal' as Tone }) => ({ label, tone, mark: 'band' })),
    ...thresholds.map(({ label, tone = 'alarm' as Tone }) => ({ label, tone, mark: 'dashed' })),
    ...[...new Map(events.map(({ label, tone = 'alarm' as Tone }) => [label, tone]))].map(([label, tone]) => ({ label, tone, mark: 'event' })),
  ];
  if (entries.length < 2) return null;
  return (
    <ul className="vedette-legend">
      {entries.map(({ label, tone, mark }) => (
        <li key={`${mark} ${label}`}>
          <span className={`vedette-mark vedette-mark-${mark}`} style={{ color: toneColor(tone) }} />
          {label}
        </li>
      ))}
    </ul>
  );
}
