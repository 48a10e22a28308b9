import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMemo } from 'react';
import { useOperation, useSession } from '../../../api';
import { CopyButton } from '../../../commons/copy/copy-button';
import { Facts } from '../../../commons/detail/facts';
import { Answer } from '../../../commons/states/answer';
import { ResourceTable, useLocalRows } from '../../../commons/table';
import { At } from '../../../commons/time/ago';
import { permissionsTable } from '../config';

const ways = { accessKey: 'Access key', openIdConnect: 'OpenID Connect', none: 'Nobody signs in: everybody may do everything' };

/** Who one is, what one may do, and how people sign in. */
export function SignInTab() {
  return (
    <SpaceBetween size="l">
      <You />
      <Ways />
      <Permissions />
    </SpaceBetween>
  );
}

function You() {
  const session = useSession();
  if (!session) return null;
  const { authentication, name, accessKeyId, role, root, expiresAt } = session;
  return (
    <Container header={<Header variant="h2">You</Header>}>
      <Facts
        columns={4}
        of={{
          'Signed in as': name,
          With: ways[authentication],
          'Access key ID': accessKeyId && <CopyButton inline text={accessKeyId} what="Access key ID" />,
          Role: role,
          'May do': root ? 'Everything' : 'What the policy allows',
          'Session ends': expiresAt === undefined ? undefined : <At time={expiresAt} />,
        }}
      />
    </Container>
  );
}

function Ways() {
  const query = useOperation('DescribeSignIn', {});
  const redirect = `${location.origin}/vedette/v1/session/oidc/callback`;
  return (
    <Container header={<Header variant="h2" description="OpenID Connect is set up with the flags --oidc-… of vedette serve">Ways to sign in</Header>}>
      <Answer query={query} what="The ways to sign in">
        {({ authentication, openIdConnect }) => (
          <Facts
            columns={3}
            of={{
              'Access keys': authentication === 'none' ? 'Not asked for: the server runs with --auth none' : 'Yes',
              'OpenID Connect': openIdConnect ? openIdConnect.name : 'Not set up',
              'Redirect URI to register at the provider': <CopyButton inline text={redirect} what="Redirect URI" />,
            }}
          />
        )}
      </Answer>
    </Container>
  );
}

function Permissions() {
  const session = useSession();
  const data = useMemo(() => Object.entries(session?.actions ?? {}).map(([action, extent]) => ({ action, extent })), [session]);
  const rows = useLocalRows(permissionsTable, { data, error: null, isLoading: false, refetch: () => undefined });
  return <ResourceTable rows={rows} variant="container" title="What you may do" />;
}
