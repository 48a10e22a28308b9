import { useRef } from 'react';
import { toneColor } from './colors';
import { useWidth } from './width';

export interface HistogramProps {
  label: string;
  /** Ascending; to of one is from of the next. */
  buckets: { from: number; to: number; count: number }[];
  format: (value: number) => string;
  /** A value that is drawn across: the threshold that one types. */
  mark?: { value: number; label: string };
  /** Which side of the mark is normal: buckets of the other side are drawn as alarms. */
  normal?: 'below' | 'above';
  height?: number;
}

const bottom = 20;

/** How often which values are there. Buckets are drawn in equal width; the mark lies in its bucket. */
export function Histogram({ label, buckets, format, mark, normal, height = 120 }: HistogramProps) {
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder);
  const most = Math.max(1, ...buckets.map(({ count }) => count));
  const step = width / Math.max(1, buckets.length);
  const inner = height - bottom;
  const at = mark && place(buckets, mark.value) * step;
  const outside = (middle: number) => mark && normal && (normal === 'below' ? middle >= mark.value : middle <= mark.value);
  const first = buckets[0];
  const last = buckets.at(-1);
  return (
    <div ref={holder} className="vedette-plot" style={{ height }} role="img" aria-label={`${label}: ${describe(buckets, format)}`}>
      <svg width={width} height={height} aria-hidden="true">
        {buckets.map(({ from, to, count }, i) => (
          <rect key={from} x={i * step + 0.5} width={Math.max(0, step - 1)} y={inner - (count / most) * (inner - 4)} height={(count / most) * (inner - 4)} style={{ fill: toneColor(outside((from + to) / 2) ? 'alarm' : 'series-1') }}>
            <title>{`${format(from)} to ${format(to)}: ${count}`}</title>
          </rect>
        ))}
        <line x1={0} x2={width} y1={inner} y2={inner} className="vedette-grid" />
        {at !== undefined && <line x1={at} x2={at} y1={0} y2={inner} style={{ stroke: toneColor('alarm'), strokeWidth: 2, strokeDasharray: '5 3' }} />}
        {first && (
          <text x={0} y={height - 5} className="vedette-tick">
            {format(first.from)}
          </text>
        )}
        {last && (
          <text x={width} y={height - 5} textAnchor="end" className="vedette-tick">
            {format(last.to)}
          </text>
        )}
        {mark && at !== undefined && (
          <text x={Math.min(width - 4, Math.max(4, at))} y={height - 5} textAnchor={at > width / 2 ? 'end' : 'start'} className="vedette-tick vedette-tick-mark">
            {mark.label}
          </text>
        )}
      </svg>
    </div>
  );
}

/** Where a value lies, in buckets from the left. */
function place(buckets: HistogramProps['buckets'], value: number): number {
  const index = buckets.findIndex(({ to }) => value < to);
  const bucket = buckets[index];
  if (!bucket) return buckets.length;
  return index + Math.max(0, (value - bucket.from) / (bucket.to - bucket.from || 1));
}

function describe(buckets: HistogramProps['buckets'], format: (value: number) => string): string {
  return buckets.flatMap(({ from, to, count }) => (count > 0 ? [`${format(from)} to ${format(to)}: ${count}`] : [])).join('; ') || 'no values';
}
