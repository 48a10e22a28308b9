import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import { useNavigate } from 'react-router';
import { useCan, useOperation } from '../../../api';
import { Bars } from '../../../commons/chart';
import { formatNumber } from '../../../commons/format';
import { PageLink } from '../../../commons/link';
import { Answer } from '../../../commons/states/answer';
import { useNow } from '../../../commons/time/clock';
import { writeRange } from '../../../commons/time/range';
import { violationEventTypes } from '../../../i18n-strings';
import { bucketSeconds, historyBounds, historyDays } from '../config';

const tick = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const formatTick = (time: number) => tick.format(new Date(time * 1000));

/** Events of two weeks: in alarm, cleared, invalidated. A bar leads to its events. */
export function AlarmHistory() {
  const navigate = useNavigate();
  const may = useCan('CountViolationEvents');
  const bounds = historyBounds(useNow());
  const counts = useOperation('CountViolationEvents', { ...bounds, bucketSeconds }, { keep: true, enabled: may });
  if (!may) return null;
  return (
    <Container header={<Header variant="h2" actions={<PageLink to="/alarms/history">All events</PageLink>}>{`Alarms of the last ${historyDays} days`}</Header>}>
      <Answer query={counts} what="The history of alarms">
        {({ buckets = [] }) => (
          <Bars
            label={`Events of alarms in the last ${historyDays} days`}
            times={buckets.map(({ time = 0 }) => time)}
            series={[
              { label: violationEventTypes['in-alarm'], values: buckets.map(({ inAlarm = 0 }) => inAlarm), tone: 'alarm' },
              { label: violationEventTypes['alarm-cleared'], values: buckets.map(({ cleared = 0 }) => cleared), tone: 'cleared' },
              { label: violationEventTypes['alarm-invalidated'], values: buckets.map(({ invalidated = 0 }) => invalidated), tone: 'invalidated' },
            ]}
            format={formatNumber}
            formatTick={formatTick}
            onPick={(time) => void navigate(`/alarms/history?${writeRange(new URLSearchParams(), { from: time, to: time + bucketSeconds })}`)}
          />
        )}
      </Answer>
    </Container>
  );
}
