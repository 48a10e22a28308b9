import { useEffect, useEffectEvent, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { usePalette } from './colors';
import type { ChartModel } from './model';
import { plotData, plotOptions } from './plot';

interface PlotProps {
  model: ChartModel;
  label: string;
  height: number;
  index: number | null;
  onIndex: (index: number | null) => void;
  onSelect: ((from: number, to: number) => void) | undefined;
}

/** The canvas of a chart, which grows with its surroundings and takes arrow keys. */
export function Plot({ model, label, height, index, onIndex, onSelect }: PlotProps) {
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const palette = usePalette();
  const moved = useEffectEvent(onIndex);
  const selected = useEffectEvent((from: number, to: number) => onSelect?.(from, to));
  const selects = onSelect !== undefined;
  const { times, series, thresholds, bands, events, from, to, format, zero } = model;
  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    const drawn = { times, series, format, ...given({ thresholds, bands, events, from, to, zero }) } as ChartModel;
    const options = plotOptions({
      model: drawn,
      palette,
      width: element.clientWidth,
      height,
      onCursor: (at) => moved(at),
      onSelect: selects ? (from, to) => selected(from, to) : undefined,
    });
    const made = new uPlot(options, plotData(drawn), element);
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [times, series, thresholds, bands, events, from, to, format, zero, palette, height, selects]);

  const step = (by: number) => {
    const made = plot.current;
    if (!made || times.length === 0) return;
    const next = Math.min(times.length - 1, Math.max(0, (index ?? (by > 0 ? -1 : times.length)) + by));
    made.setCursor({ left: made.valToPos(times[next] ?? 0, 'x'), top: 10 });
    onIndex(next);
  };
  const keys: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -times.length, End: times.length };
  return (
    <div
      ref={holder}
      className="vedette-plot"
      style={{ height }}
      role="application"
      aria-roledescription="chart"
      aria-label={`${label}. Arrow keys read the values.`}
      tabIndex={0}
      onKeyDown={(event) => {
        const by = keys[event.key];
        if (by === undefined) return;
        event.preventDefault();
        step(by);
      }}
      onBlur={() => onIndex(null)}
    />
  );
}

/** Leaves out what is undefined. */
function given(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
