import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect } from 'react';
import { Navigate, useSearchParams } from 'react-router';
import { useOperation, useSessionQuery, type Output } from '../../api';
import { Logo } from '../../commons/layout/logo';
import { Answer } from '../../commons/states/answer';
import { backOf } from './back';
import { KeyForm } from './components/key-form';
import { KeyHelp } from './components/key-help';

export default function SignInPage() {
  const [search] = useSearchParams();
  const session = useSessionQuery();
  const options = useOperation('DescribeSignIn', {});
  useEffect(() => {
    document.title = 'Sign in · Vedette';
  }, []);
  if (session.data) return <Navigate to={backOf(search.get('back'))} replace />;
  return (
    <main className="vedette-sign-in">
      <div className="vedette-sign-in-card">
        <SpaceBetween size="l">
          <div className="vedette-sign-in-title">
            <Logo size={44} />
            <Box variant="h1" padding="n">
              Vedette
            </Box>
          </div>
          <Container>
            <Answer query={options} what="The sign-in">
              {(options) => <Ways options={options} failed={search.get('error')} />}
            </Answer>
          </Container>
          <KeyHelp />
        </SpaceBetween>
      </div>
    </main>
  );
}

function Ways({ options, failed }: { options: Output<'DescribeSignIn'>; failed: string | null }) {
  return (
    <SpaceBetween size="l">
      {options.openIdConnect && (
        <>
          <Button href={options.openIdConnect.url} fullWidth variant="primary">
            Sign in with {options.openIdConnect.name}
          </Button>
          <Box textAlign="center" color="text-body-secondary">
            or with an access key
          </Box>
        </>
      )}
      <KeyForm region={options.region} failed={failed} primary={!options.openIdConnect} />
    </SpaceBetween>
  );
}
