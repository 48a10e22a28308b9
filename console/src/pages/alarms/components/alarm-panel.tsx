import SpaceBetween from '@cloudscape-design/components/space-between';
import SplitPanel from '@cloudscape-design/components/split-panel';
import Tabs from '@cloudscape-design/components/tabs';
import type { Threshold } from '../../../api';
import { JsonView } from '../../../commons/copy/json-view';
import { LinkButton } from '../../../commons/link-button';
import { alarmOf, titleOf, useAlarm, useThresholds, type Alarm } from '../alarm';
import { useUrlChoice } from '../shown-alarm';
import { AlarmAnswer } from './alarm-answer';
import { AlarmFacts } from './alarm-facts';
import { Episode } from './episode';
import { OtherAlarms } from './other-alarms';
import { ThingFacts } from './thing-facts';
import { ValueHistory } from './value-history';
import { Verification } from './verification';
import { EventMark } from './states';
import { reasonOf, Standing } from './why';

/** One alarm in the split panel of a list. */
export function AlarmPanel({ violationId }: { violationId: string }) {
  const answer = useAlarm(violationId);
  const alarm = alarmOf(answer.data);
  const thresholds = useThresholds(alarm?.violation ?? {});
  return (
    <SplitPanel
      header={alarm ? titleOf(alarm.violation) : 'Alarm'}
      headerInfo={alarm && <EventMark type={alarm.violation.endReason} />}
      headerDescription={
        alarm && (
          <>
            {reasonOf(alarm, thresholds)} <Standing violation={alarm.violation} />
          </>
        )
      }
      headerActions={
        <LinkButton to={`/alarms/${encodeURIComponent(violationId)}`} iconName="expand">
          Open as a page
        </LinkButton>
      }
      closeBehavior="hide"
    >
      <AlarmAnswer query={answer}>{(alarm) => <PanelTabs key={violationId} alarm={alarm} thresholds={thresholds} />}</AlarmAnswer>
    </SplitPanel>
  );
}

const tabs = ['why', 'thing', 'events', 'json'] as const;

function PanelTabs({ alarm, thresholds }: { alarm: Alarm; thresholds: Threshold[] }) {
  const { violation, events = [] } = alarm;
  const [tab, setTab] = useUrlChoice('about', tabs, 'why');
  return (
    <Tabs
      ariaLabel="About the alarm"
      activeTabId={tab}
      onChange={({ detail }) => setTab(detail.activeTabId as typeof tab)}
      tabs={[
        {
          id: 'why',
          label: 'Why',
          content: (
            <SpaceBetween size="l">
              <ValueHistory violation={violation} thresholds={thresholds} level="h3" />
              <AlarmFacts violation={violation} thresholds={thresholds} />
              <Verification violation={violation} level="h3" />
            </SpaceBetween>
          ),
        },
        {
          id: 'thing',
          label: 'Thing',
          content: (
            <SpaceBetween size="l">
              <ThingFacts thingName={violation.thingName ?? ''} level="h3" />
              <OtherAlarms violation={violation} />
            </SpaceBetween>
          ),
        },
        { id: 'events', label: `Events (${events.length})`, content: <Episode events={events} /> },
        { id: 'json', label: 'JSON', content: <JsonView value={violation} fileName={`violation-${violation.violationId}.json`} /> },
      ]}
    />
  );
}
