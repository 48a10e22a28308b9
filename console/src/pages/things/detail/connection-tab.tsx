import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Output } from '../../../api';
import { Facts } from '../../../commons/detail/facts';
import { At } from '../../../commons/time/ago';
import { Connection } from '../components/connection';

/** How the thing is connected, and how to end that. */
export function ConnectionTab({ thing }: { thing: Output<'GetThing'> }) {
  const { thingName, connected, connectedSince, disconnectedSince, remoteAddress, clientId, registered, principals } = thing;
  const seen = connectedSince !== undefined || disconnectedSince !== undefined;
  return (
    <Container header={<Header variant="h2">Connection</Header>}>
      <SpaceBetween size="l">
        <Facts
          of={{
            State: seen ? <Connection of={thing} /> : 'Never seen connected',
            'Connected since': connected ? <At time={connectedSince} /> : undefined,
            'Disconnected since': connected || !seen ? undefined : <At time={disconnectedSince} />,
            [connected ? 'Address' : 'Last address']: remoteAddress ?? '–',
            'Client ID': <span className="vedette-mono">{clientId ?? thingName}</span>,
          }}
        />
        {connected && (
          <Box color="text-body-secondary">
            {registered && principals.length > 0
              ? 'To cut the device off, deactivate its certificate in the tab Certificates: its connections end within a second, and it cannot come back until the certificate is active again.'
              : 'This thing is not tied to a certificate. To cut the device off, deactivate the certificate that it connects with; on a listener without certificates, block its address.'}
          </Box>
        )}
      </SpaceBetween>
    </Container>
  );
}
