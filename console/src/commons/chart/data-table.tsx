import Button from '@cloudscape-design/components/button';
import { formatTime } from '../format';
import type { ChartModel } from './model';

/** The most rows that a table of a chart shows, the newest ones. */
const most = 500;

/** A chart's values as a table, on demand. */
export function DataTable({ model, label, open, onToggle }: { model: ChartModel; label: string; open: boolean; onToggle: (open: boolean) => void }) {
  const first = Math.max(0, model.times.length - most);
  const rows = model.times.slice(first).map((time, i) => ({ time, index: first + i }));
  return (
    <>
      <Button variant="inline-link" ariaExpanded={open} onClick={() => onToggle(!open)}>
        {open ? 'Hide table' : 'Show as a table'}
      </Button>
      {open && (
        <div className="vedette-data-table" tabIndex={0} role="region" aria-label={`${label}, as a table`}>
          <table>
            <thead>
              <tr>
                <th scope="col">Time</th>
                {model.series.map(({ label }) => (
                  <th key={label} scope="col">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.toReversed().map(({ time, index }) => (
                <tr key={time}>
                  <th scope="row">{formatTime(time)}</th>
                  {model.series.map(({ label, values }) => (
                    <td key={label}>{typeof values[index] === 'number' ? model.format(values[index]) : '–'}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          {first > 0 && <p>The newest {most} values.</p>}
        </div>
      )}
    </>
  );
}
