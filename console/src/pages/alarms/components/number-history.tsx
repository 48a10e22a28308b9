import Box from '@cloudscape-design/components/box';
import { useMemo } from 'react';
import type { Output, Threshold, Violation } from '../../../api';
import { LineChart } from '../../../commons/chart';
import { metricTitle } from '../../../i18n-strings';
import { judgedOf } from '../series';
import { valueChart, type Span } from '../value-chart';
import { NoValues } from './no-values';

interface NumberHistoryProps {
  violation: Violation;
  kept: Output<'GetMetricValues'>;
  thresholds: Threshold[];
  span: Span;
  onZoom: (from: number, to: number) => void;
}

/** Numbers as a line with the threshold, and when the alarm began and ended. */
export function NumberHistory({ violation, kept, thresholds, span, onZoom }: NumberHistoryProps) {
  const model = useMemo(() => valueChart(violation, kept, thresholds, span), [violation, kept, thresholds, span]);
  const { behavior, thingName } = violation;
  const apart = behavior && judgedOf(behavior).apart;
  if (model.times.length === 0) return <NoValues />;
  return (
    <>
      <LineChart {...model} label={`${metricTitle(behavior?.metric)} of ${thingName}`} height={240} onSelect={onZoom} />
      {apart && <Box color="text-body-secondary">{apart}</Box>}
      {kept.truncated && <Box color="text-body-secondary">Only the newest 20,000 values are drawn: choose a shorter time.</Box>}
    </>
  );
}
