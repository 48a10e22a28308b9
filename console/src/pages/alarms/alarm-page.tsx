import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useParams } from 'react-router';
import { JsonView } from '../../commons/copy/json-view';
import { DetailHeader } from '../../commons/detail/detail-header';
import { Page } from '../../commons/layout/page';
import { alarmOf, titleOf, useAlarm, useThresholds, type Alarm } from './alarm';
import { AlarmAnswer } from './components/alarm-answer';
import { AlarmFacts } from './components/alarm-facts';
import { Episode } from './components/episode';
import { OtherAlarms } from './components/other-alarms';
import { ThingFacts } from './components/thing-facts';
import { ValueHistory } from './components/value-history';
import { Verification } from './components/verification';
import { Why } from './components/why';
import { alarmsHelp } from './help';

/** One alarm as a page, to look into and to share. */
export default function AlarmPage() {
  const { violationId = '' } = useParams();
  const answer = useAlarm(violationId);
  const alarm = alarmOf(answer.data);
  const title = alarm ? titleOf(alarm.violation) : 'Alarm';
  return (
    <Page title={title} breadcrumbs={[{ text: 'Alarms', to: '/alarms' }, { text: title }]} header={<DetailHeader title={title} />} help={alarmsHelp}>
      <AlarmAnswer query={answer}>{(alarm) => <Sections key={violationId} alarm={alarm} />}</AlarmAnswer>
    </Page>
  );
}

function Sections({ alarm }: { alarm: Alarm }) {
  const { violation, events = [] } = alarm;
  const thresholds = useThresholds(violation);
  return (
    <SpaceBetween size="l">
      <Why alarm={alarm} thresholds={thresholds} />
      <Container>
        <ValueHistory violation={violation} thresholds={thresholds} />
      </Container>
      <Container header={<Header variant="h2">Details</Header>}>
        <AlarmFacts violation={violation} thresholds={thresholds} />
      </Container>
      <Container>
        <Verification violation={violation} />
      </Container>
      <Container>
        <SpaceBetween size="l">
          <ThingFacts thingName={violation.thingName ?? ''} />
          <OtherAlarms violation={violation} />
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">Events of this alarm</Header>}>
        <Episode events={events} />
      </Container>
      <ExpandableSection headerText="JSON" variant="container">
        <JsonView value={violation} fileName={`violation-${violation.violationId}.json`} />
      </ExpandableSection>
    </SpaceBetween>
  );
}
