import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { Fragment } from 'react';
import { useCan, useOperation, type Output } from '../../../api';
import { Facts } from '../../../commons/detail/facts';
import { PageLink } from '../../../commons/link';
import { filterQuery } from '../../../commons/table';
import { Answer } from '../../../commons/states/answer';
import { Ago } from '../../../commons/time/ago';

/** What is known of the thing that is in alarm. */
export function ThingFacts({ thingName, level = 'h2' }: { thingName: string; level?: 'h2' | 'h3' }) {
  const may = useCan('GetThing');
  const thing = useOperation('GetThing', { thingName }, { enabled: may && thingName !== '' });
  if (!may) return null;
  return (
    <SpaceBetween size="s">
      <Header variant={level}>{thingName}</Header>
      <Answer query={thing} what="The thing">
        {(thing) => <Facts of={factsOf(thing)} />}
      </Answer>
    </SpaceBetween>
  );
}

function factsOf(thing: Output<'GetThing'>) {
  const { registered, connected, connectedSince, disconnectedSince, thingName, thingTypeName, thingGroupNames, attributes = {}, remoteAddress, lastReportTime, activeAlarms } = thing;
  const since = connected ? connectedSince : disconnectedSince;
  return {
    Connection: (
      <StatusIndicator type={connected ? 'success' : 'stopped'}>
        {connected ? 'Connected' : 'Disconnected'}
        {since !== undefined && (
          <>
            {' '}
            <Ago time={since} />
          </>
        )}
      </StatusIndicator>
    ),
    'Last report': <Ago time={lastReportTime} absent="None" />,
    Address: remoteAddress ?? '–',
    'Active alarms': <PageLink to={`/alarms${filterQuery({ thingName })}`}>{activeAlarms}</PageLink>,
    Registered: registered ? 'Yes' : 'No',
    'Thing type': thingTypeName ?? '–',
    'Thing groups':
      thingGroupNames.length === 0
        ? '–'
        : thingGroupNames.map((name, i) => (
            <Fragment key={name}>
              {i > 0 && ', '}
              <PageLink to={`/groups/${encodeURIComponent(name)}`}>{name}</PageLink>
            </Fragment>
          )),
    Attributes:
      Object.entries(attributes)
        .map(([name, value]) => `${name}: ${value}`)
        .join(', ') || '–',
  };
}
