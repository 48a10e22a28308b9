import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import { useMemo } from 'react';
import { useOperation } from '../../../api';
import { Bars } from '../../../commons/chart';
import { formatNumber } from '../../../commons/format';
import { Answer } from '../../../commons/states/answer';
import { day, type TimeRange } from '../../../commons/time/range';
import type { UsedRange } from '../../../commons/time/range-picker';
import { violationEventTypes } from '../../../i18n-strings';
import { bucketsOf } from '../buckets';
import type { AlarmFilters } from '../input';

const days = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const hours = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

interface EventBarsProps {
  filters: AlarmFilters;
  used: UsedRange;
  /** The range that the page begins with. */
  whole: TimeRange;
}

/** How many events there were when; a bar narrows the time. */
export function EventBars({ filters, used, whole }: EventBarsProps) {
  const { startTime, endTime } = used;
  const buckets = useMemo(() => bucketsOf(startTime, endTime, -60 * new Date(endTime * 1000).getTimezoneOffset()), [startTime, endTime]);
  const counts = useOperation('CountViolationEvents', { ...filters, ...buckets }, { keep: true });
  const format = endTime - startTime > 2 * day ? days : hours;
  const narrowed = JSON.stringify(used.range) !== JSON.stringify(whole);
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            narrowed && (
              <Button iconName="zoom-out" onClick={() => used.setRange(whole)}>
                Back to two weeks
              </Button>
            )
          }
        >
          Events over time
        </Header>
      }
    >
      <Answer query={counts} what="The history of alarms">
        {({ buckets: bars = [] }) => (
          <Bars
            label="Events of alarms over time"
            height={180}
            times={bars.map(({ time = 0 }) => time)}
            series={[
              { label: violationEventTypes['in-alarm'], values: bars.map(({ inAlarm = 0 }) => inAlarm), tone: 'alarm' },
              { label: violationEventTypes['alarm-cleared'], values: bars.map(({ cleared = 0 }) => cleared), tone: 'cleared' },
              { label: violationEventTypes['alarm-invalidated'], values: bars.map(({ invalidated = 0 }) => invalidated), tone: 'invalidated' },
            ]}
            format={formatNumber}
            formatTick={(time) => format.format(new Date(time * 1000))}
            {...(buckets.bucketSeconds > 60 && { onPick: (time: number) => used.setRange({ from: time, to: time + buckets.bucketSeconds }) })}
          />
        )}
      </Answer>
    </Container>
  );
}
