import { useRef, useState } from 'react';
import { DataTable } from './data-table';
import { seriesTone, toneColor } from './colors';
import { valueRange, type ChartModel } from './model';
import { Readout } from './readout';
import { useWidth } from './width';

export interface BarsProps {
  label: string;
  /** Begin of each bar, seconds since 1970. */
  times: number[];
  series: ChartModel['series'];
  format: (value: number) => string;
  /** Writes the time below a bar. */
  formatTick: (time: number) => string;
  height?: number;
  /** A bar was clicked, or Enter pressed on it. */
  onPick?: (time: number) => void;
}

const left = 44;
const bottom = 22;

/** Stacked bars over time. The arrow keys read them. */
export function Bars({ label, times, series, format, formatTick, height = 220, onPick }: BarsProps) {
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder);
  const [index, setIndex] = useState<number | null>(null);
  const [asTable, setAsTable] = useState(false);
  const totals = times.map((_, i) => series.reduce((sum, { values }) => sum + (values[i] ?? 0), 0));
  const top = niceTop(valueRange({ times, series: [{ label, values: totals }], format })[1]);
  const [innerWidth, innerHeight] = [Math.max(0, width - left), height - bottom - 8];
  const step = innerWidth / Math.max(1, times.length);
  const y = (value: number) => 8 + innerHeight - (value / top) * innerHeight;
  const every = Math.max(1, Math.ceil(64 / Math.max(1, step)));
  const model: ChartModel = { times, series, format };
  return (
    <figure className="vedette-chart" aria-label={label}>
      <ul className="vedette-legend">
        {series.map(({ label, tone }, i) => (
          <li key={label}>
            <span className="vedette-mark vedette-mark-band" style={{ color: toneColor(tone ?? seriesTone(i)) }} />
            {label}
          </li>
        ))}
      </ul>
      <div
        ref={holder}
        className="vedette-plot"
        style={{ height }}
        role="application"
        aria-roledescription="chart"
        aria-label={`${label}. Arrow keys read the values.`}
        tabIndex={0}
        onKeyDown={(event) => {
          const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
          if (by) setIndex(Math.min(times.length - 1, Math.max(0, (index ?? (by > 0 ? -1 : times.length)) + by)));
          const time = index === null ? undefined : times[index];
          if (event.key === 'Enter' && time !== undefined) onPick?.(time);
        }}
        onBlur={() => setIndex(null)}
      >
        <svg width={width} height={height} aria-hidden="true">
          {[0, top / 2, top].map((value) => (
            <g key={value}>
              <line x1={left} x2={width} y1={y(value)} y2={y(value)} className="vedette-grid" />
              <text x={left - 8} y={y(value) + 4} textAnchor="end" className="vedette-tick">
                {format(value)}
              </text>
            </g>
          ))}
          {times.map((time, i) => (
            <g
              key={time}
              className={onPick ? 'vedette-bar vedette-bar-pick' : 'vedette-bar'}
              onPointerEnter={() => setIndex(i)}
              onPointerLeave={() => setIndex(null)}
              onClick={() => onPick?.(time)}
            >
              <rect x={left + i * step} y={8} width={step} height={innerHeight} className={i === index ? 'vedette-bar-hover' : 'vedette-bar-space'} />
              {stack(series, i).map(({ label, tone, from, to }) => (
                <rect key={label} x={left + i * step + step * 0.15} width={step * 0.7} y={y(to)} height={Math.max(0, y(from) - y(to))} rx={1} style={{ fill: toneColor(tone) }} />
              ))}
              {i % every === 0 && (
                <text x={left + (i + 0.5) * step} y={height - 6} textAnchor="middle" className="vedette-tick">
                  {formatTick(time)}
                </text>
              )}
            </g>
          ))}
        </svg>
      </div>
      <Readout model={model} index={index} />
      <DataTable model={model} label={label} open={asTable} onToggle={setAsTable} />
    </figure>
  );
}

function stack(series: ChartModel['series'], index: number) {
  let sum = 0;
  return series.map(({ label, values, tone }, i) => {
    const from = sum;
    sum += values[index] ?? 0;
    return { label, tone: tone ?? seriesTone(i), from, to: sum };
  });
}

/** The next round number: a count axis of whole steps. */
function niceTop(value: number): number {
  const size = 10 ** Math.floor(Math.log10(Math.max(2, value)));
  return [1, 2, 4, 5, 6, 8, 10].map((n) => n * size).find((n) => n >= value && n % 2 === 0) ?? 10 * size;
}
