import Container from '@cloudscape-design/components/container';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { Fragment } from 'react';
import type { Output } from '../../../api';
import { CopyButton } from '../../../commons/copy/copy-button';
import { Facts } from '../../../commons/detail/facts';
import { PageLink } from '../../../commons/link';
import { filterQuery } from '../../../commons/table';
import { Ago } from '../../../commons/time/ago';
import { Connection } from '../components/connection';

/** What one wants to know of a thing at first sight. */
export function ThingFacts({ thing }: { thing: Output<'GetThing'> }) {
  const { thingName, thingArn, connected, connectedSince, disconnectedSince, lastReportTime, activeAlarms, thingTypeName, securityProfiles } = thing;
  const since = connected ? connectedSince : disconnectedSince;
  const profiles = [...new Set(securityProfiles.map(({ securityProfileName }) => securityProfileName))];
  return (
    <Container>
      <Facts
        of={{
          Connection: (
            <>
              <Connection of={thing} /> {since !== undefined && <Ago time={since} />}
            </>
          ),
          'Last report': <Ago time={lastReportTime} absent="None" />,
          'Active alarms':
            activeAlarms === 0 ? (
              <StatusIndicator type="success">None</StatusIndicator>
            ) : (
              <StatusIndicator type="error">
                <PageLink to={`/alarms${filterQuery({ thingName })}`}>{activeAlarms}</PageLink>
              </StatusIndicator>
            ),
          'Thing type': thingTypeName ?? '–',
          'Security profiles':
            profiles.length === 0
              ? 'None applies'
              : profiles.map((name, i) => (
                  <Fragment key={name}>
                    {i > 0 && ', '}
                    <PageLink to={`/profiles/${encodeURIComponent(name)}`}>{name}</PageLink>
                  </Fragment>
                )),
          ARN: thingArn && <CopyButton inline text={thingArn} what="ARN" />,
        }}
      />
    </Container>
  );
}
