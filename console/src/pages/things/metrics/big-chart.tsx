import Box from '@cloudscape-design/components/box';
import { useMemo } from 'react';
import type { Output, Violation } from '../../../api';
import { LineChart, PresenceStrip } from '../../../commons/chart';
import { Empty } from '../../../commons/states/empty';
import { AlarmRows } from './alarm-rows';
import type { Applied } from './behaviors';
import { fullTitle, type MetricKey } from './kept-metric';
import { listsOf, normalFor } from './lists';
import { numberChart } from './number-chart';
import type { Moving } from './thresholds';

interface BigChartProps {
  thingName: string;
  metric: MetricKey;
  values: Output<'GetMetricValues'>;
  sum: number;
  applied: Applied[];
  moving: Moving[];
  alarms: Violation[];
  from: number;
  to: number;
  onZoom: (from: number, to: number) => void;
}

/** The chosen metric over time. */
export function BigChart(props: BigChartProps) {
  const { values } = props;
  if (values.times.length === 0) return <Empty title="No values in this time">Choose a longer time, or another metric. Values are kept for as long as the settings say.</Empty>;
  return (
    <>
      {values.lists ? <Lists {...props} /> : <Numbers {...props} />}
      {values.truncated && <Box color="text-body-secondary">Only the newest 20,000 values are drawn: choose a shorter time.</Box>}
    </>
  );
}

function Numbers({ thingName, metric, values, sum, applied, moving, alarms, from, to, onZoom }: BigChartProps) {
  const model = useMemo(() => numberChart({ metric, values, sum, applied, moving, alarms, from, to }), [metric, values, sum, applied, moving, alarms, from, to]);
  return <LineChart {...model} label={`${fullTitle(metric)} of ${thingName}`} height={300} onSelect={onZoom} />;
}

function Lists({ thingName, metric, values, applied, alarms, from, to }: BigChartProps) {
  const lists = useMemo(() => listsOf(values), [values]);
  const normal = useMemo(() => normalFor(applied), [applied]);
  return (
    <>
      {normal && (
        <ul className="vedette-legend">
          <li>
            <span className="vedette-mark vedette-mark-band" style={{ color: 'var(--vedette-series-1)' }} />
            Expected
          </li>
          <li>
            <span className="vedette-mark vedette-mark-band" style={{ color: 'var(--vedette-alarm)' }} />
            Not expected, and alarms
          </li>
        </ul>
      )}
      <AlarmRows alarms={alarms} from={from} to={to} />
      <PresenceStrip label={`${fullTitle(metric)} of ${thingName}`} times={values.times} lists={lists} from={from} to={to} {...(normal && { normal })} />
    </>
  );
}
