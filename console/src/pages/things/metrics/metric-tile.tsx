import { useRef } from 'react';
import { useOperation, type ThingMetric } from '../../../api';
import { formatCount, formatNumber, plural, shorten } from '../../../commons/format';
import { withBreaks } from '../../alarms/series';
import { dimensionText, titleOf, valuesInput } from './kept-metric';
import { sparkline } from './sparkline';
import { useInView } from './in-view';

interface MetricTileProps {
  thingName: string;
  metric: ThingMetric;
  from: number;
  to: number;
  /** Active alarms of it. */
  alarms: number;
  chosen: boolean;
  onChoose: () => void;
}

/** A small chart of a metric, which makes it the big one. It asks for its values when it comes into view. */
export function MetricTile({ thingName, metric, from, to, alarms, chosen, onChoose }: MetricTileProps) {
  const tile = useRef<HTMLButtonElement>(null);
  const seen = useInView(tile);
  const { data, isLoading, error } = useOperation('GetMetricValues', valuesInput(thingName, metric, from, to), { enabled: seen, keep: true, every: 60_000 });
  const values = data && (data.counts ?? data.numbers ?? data.listIndexes?.map((index) => data.lists?.[index]?.length ?? 0) ?? []);
  const line = data && withBreaks({ times: data.times, values: values ?? [] });
  const last = lastText(data, metric);
  return (
    <button ref={tile} type="button" className="vedette-metric-tile" aria-pressed={chosen} onClick={onChoose}>
      <span className="vedette-metric-tile-title">
        {titleOf(metric)}
        {alarms > 0 && <span className="vedette-metric-tile-alarms">{plural(alarms, 'alarm')}</span>}
      </span>
      <span className="vedette-metric-tile-note">
        {dimensionText(metric)}
      </span>
      <span className="vedette-metric-tile-value" title={last}>
        {error ? 'Cannot be shown' : isLoading || !seen ? '…' : (last ?? 'No values')}
      </span>
      <Spark runs={line ? sparkline(line.times, line.values, from, to, 200) : []} />
    </button>
  );
}

function Spark({ runs }: { runs: [number, number][][] }) {
  return (
    <svg className="vedette-sparkline" viewBox="0 0 200 44" preserveAspectRatio="none" aria-hidden>
      <line x1={0} x2={200} y1={43} y2={43} />
      {runs.map((run, i) => (
        <path key={i} d={run.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${(x * 200).toFixed(1)} ${(42 - y * 40).toFixed(1)}`).join('') + (run.length === 1 ? 'h1' : '')} />
      ))}
    </svg>
  );
}

function lastText(data: { counts?: number[]; numbers?: number[]; lists?: string[][]; listIndexes?: number[]; unit?: string } | undefined, metric: ThingMetric): string | undefined {
  if (!data) return undefined;
  const count = data.counts?.at(-1);
  if (count !== undefined) return formatCount(count, data.unit ?? metric.unit);
  const number = data.numbers?.at(-1);
  if (number !== undefined) return formatNumber(number);
  const list = data.lists?.[data.listIndexes?.at(-1) ?? -1];
  return list && shorten(list, 3);
}
