import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useCallback, useMemo, useState } from 'react';
import { useCan, useOperation, type Threshold, type Violation } from '../../../api';
import { Answer } from '../../../commons/states/answer';
import { useNow } from '../../../commons/time/clock';
import { metricTitle } from '../../../i18n-strings';
import { judgedOf } from '../series';
import { spanChoices, spanNames, spanOf, type SpanChoice } from '../span';
import type { Span } from '../value-chart';
import { ListHistory } from './list-history';
import { NumberHistory } from './number-history';

interface ValueHistoryProps {
  violation: Violation;
  thresholds: Threshold[];
  level?: 'h2' | 'h3';
}

/** A metric's history around an alarm, against what was expected. */
export function ValueHistory({ violation, thresholds, level = 'h2' }: ValueHistoryProps) {
  const may = useCan('GetMetricValues');
  const now = useNow();
  const [choice, setChoice] = useState<SpanChoice>('alarm');
  const [zoom, setZoom] = useState<Span>();
  const { from, to } = zoom ?? spanOf(violation, choice, now);
  const span = useMemo(() => ({ from, to }), [from, to]);
  const { behavior, thingName = '' } = violation;
  const { metric = '', metricDimension } = behavior ?? {};
  const before = behavior ? 2 * judgedOf(behavior).sum : 0;
  const kept = useOperation(
    'GetMetricValues',
    {
      thingName,
      metricName: metric,
      ...(metricDimension && { dimensionName: metricDimension.dimensionName, ...(metricDimension.operator && { dimensionValueOperator: metricDimension.operator }) }),
      startTime: from - before,
      endTime: to,
    },
    { enabled: may && metric !== '', keep: true, ...(violation.endReason === undefined && { every: 30_000 }) },
  );
  const zoomTo = useCallback((from: number, to: number) => setZoom({ from, to }), []);
  return (
    <SpaceBetween size="s">
      <Header
        variant={level}
        actions={
          <SpaceBetween direction="horizontal" size="xs" alignItems="center">
            {zoom && (
              <Button iconName="zoom-to-fit" onClick={() => setZoom(undefined)}>
                Reset zoom
              </Button>
            )}
            <SegmentedControl
              label="Time shown"
              selectedId={zoom ? null : choice}
              options={spanChoices.map((id) => ({ id, text: spanNames[id] }))}
              onChange={({ detail }) => {
                setChoice(detail.selectedId as SpanChoice);
                setZoom(undefined);
              }}
            />
          </SpaceBetween>
        }
      >
        {metricTitle(metric)}
      </Header>
      {may ? (
        <Answer query={kept} what="The history of the metric">
          {(kept) =>
            kept.lists ? (
              <ListHistory violation={violation} kept={kept} span={span} />
            ) : (
              <NumberHistory violation={violation} kept={kept} thresholds={thresholds} span={span} onZoom={zoomTo} />
            )
          }
        </Answer>
      ) : (
        <>The policy of this access key does not allow iot:ListMetricValues, which the history of the metric takes.</>
      )}
    </SpaceBetween>
  );
}
