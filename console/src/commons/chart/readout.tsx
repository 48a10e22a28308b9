import { formatTime } from '../format';
import { seriesTone, toneColor } from './colors';
import type { ChartModel } from './model';

/** The values under the cursor, below the chart so that nothing is covered. */
export function Readout({ model, index }: { model: ChartModel; index: number | null }) {
  const time = index === null ? undefined : model.times[index];
  if (index === null || time === undefined) {
    return <p className="vedette-readout">{model.times.length > 0 ? 'Point at the chart, or use the arrow keys, to read values.' : 'No values in this time.'}</p>;
  }
  const near = (model.events ?? []).filter((event) => Math.abs(event.time - time) <= spacing(model, index) / 2);
  return (
    <p className="vedette-readout" aria-live="polite">
      <strong>{formatTime(time)}</strong>
      {model.series.map(({ label, values, tone }, i) => (
        <span key={label}>
          <span className="vedette-mark vedette-mark-line" style={{ color: toneColor(tone ?? seriesTone(i)) }} />
          {label}: {typeof values[index] === 'number' ? model.format(values[index]) : 'no value'}
        </span>
      ))}
      {near.map(({ label, time }) => (
        <span key={`${label} ${time}`}>{label}</span>
      ))}
    </p>
  );
}

function spacing({ times }: ChartModel, index: number): number {
  const [at, before, after] = [times[index] ?? 0, times[index - 1], times[index + 1]];
  return Math.max(before === undefined ? 0 : at - before, after === undefined ? 0 : after - at, 1);
}
