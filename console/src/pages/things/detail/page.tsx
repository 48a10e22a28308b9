import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { useCan, useLive, useOperation, useWatchedThing, type Output } from '../../../api';
import { Can } from '../../../commons/can';
import { DetailHeader } from '../../../commons/detail/detail-header';
import { UrlTabs } from '../../../commons/detail/url-tabs';
import { Page } from '../../../commons/layout/page';
import { Answer } from '../../../commons/states/answer';
import { CreateThing } from '../components/create-thing';
import { DeleteThing } from '../components/delete-thing';
import { thingHelp } from '../help';
import { MetricsTab } from '../metrics/metrics-tab';
import { ReportsTab } from '../reports/reports-tab';
import { AlarmsTab } from './alarms-tab';
import { AttributesTab } from './attributes-tab';
import { CertificatesTab } from './certificates-tab';
import { ConnectionTab } from './connection-tab';
import { GroupsTab } from './groups-tab';
import { PoliciesTab } from './policies-tab';
import { ThingFacts } from './thing-facts';

/** How often the state of the thing is asked for. Milliseconds. */
const every = 15_000;

export default function ThingPage() {
  const { name = '' } = useParams();
  const navigate = useNavigate();
  const query = useOperation('GetThing', { thingName: name }, { every });
  const [deleting, setDeleting] = useState(false);
  return (
    <Page
      title={name}
      breadcrumbs={[{ text: 'Things', to: '/things' }, { text: name }]}
      help={thingHelp}
      header={
        <DetailHeader
          title={name}
          actions={
            query.data?.registered && (
              <Can do="DeleteThing">
                <Button onClick={() => setDeleting(true)}>Delete</Button>
              </Can>
            )
          }
        />
      }
    >
      <Answer query={query} what={`Thing ${name}`}>
        {(thing) => (
          <SpaceBetween size="l">
            {!thing.registered && <Unregistered thingName={name} />}
            <LiveThing key={name} thing={thing} />
          </SpaceBetween>
        )}
      </Answer>
      {deleting && <DeleteThing thingName={name} onDone={() => void navigate('/things')} onCancel={() => setDeleting(false)} />}
    </Page>
  );
}

/** Says what it means that a thing is not in the registry, and offers to register it. */
function Unregistered({ thingName }: { thingName: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Alert
        type="info"
        header="This thing is not registered"
        action={
          <Can do="CreateThing">
            <Button onClick={() => setOpen(true)}>Register</Button>
          </Can>
        }
      >
        It connected or reported, but the registry has no thing of this name. It has no thing groups, and only security profiles for all things or for unregistered things apply to it. If you do not know it, find out who uses the name.
      </Alert>
      {open && <CreateThing thingName={thingName} onClose={() => setOpen(false)} />}
    </>
  );
}

/** The thing with reports that arrived since it was asked for. */
function LiveThing({ thing }: { thing: Output<'GetThing'> }) {
  useWatchedThing(thing.thingName);
  const [latest, setLatest] = useState(0);
  useLive('report', ({ time }) => setLatest(time));
  const live = latest > (thing.lastReportTime ?? 0) ? { ...thing, lastReportTime: latest } : thing;
  return (
    <SpaceBetween size="l">
      <ThingFacts thing={live} />
      <ThingTabs thing={live} />
    </SpaceBetween>
  );
}

/** The tabs for what one may see. */
function ThingTabs({ thing }: { thing: Output<'GetThing'> }) {
  const mayValues = useCan('GetMetricValues');
  const mayAlarms = useCan('SearchViolations');
  const mayReports = useCan('ListAcceptedReports');
  const mayRejections = useCan('ListReportRejections');
  const { registered, activeAlarms, thingGroupNames, principals, policies, thingName } = thing;
  const tabs = [
    mayValues && { id: 'metrics', label: 'Defender metrics', content: <MetricsTab thing={thing} /> },
    mayAlarms && { id: 'alarms', label: `Alarms (${activeAlarms})`, content: <AlarmsTab thingName={thingName} /> },
    (mayReports || mayRejections) && { id: 'reports', label: 'Reports', content: <ReportsTab thing={thing} /> },
    registered && { id: 'groups', label: `Groups (${thingGroupNames.length})`, content: <GroupsTab thing={thing} /> },
    registered && { id: 'certificates', label: `Certificates (${principals.length})`, content: <CertificatesTab thing={thing} /> },
    registered && { id: 'policies', label: `Policies (${policies.length})`, content: <PoliciesTab thing={thing} /> },
    { id: 'connection', label: 'Connection', content: <ConnectionTab thing={thing} /> },
    registered && { id: 'attributes', label: 'Attributes and type', content: <AttributesTab thing={thing} /> },
  ];
  return <UrlTabs label={`Parts of thing ${thingName}`} tabs={tabs.filter((tab) => tab !== false)} />;
}
