import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useOperation, type CreateAccessKeyResponse } from '../../../api';
import { Code } from '../../../commons/copy/code';
import { CopyButton } from '../../../commons/copy/copy-button';
import { download } from '../../../commons/copy/download';
import { Facts } from '../../../commons/detail/facts';
import { LinkButton } from '../../../commons/link-button';
import { credentialsFile } from './policy';

/** A key that was made just now: the only time that its secret is shown. */
export function NewKey({ of: key }: { of: CreateAccessKeyResponse }) {
  const [shown, setShown] = useState(false);
  const region = useOperation('DescribeSignIn', {}).data?.region;
  const fileName = `${key.name}.credentials`;
  return (
    <SpaceBetween size="l">
      <Header variant="h1" actions={<LinkButton variant="primary" to="/settings?tab=access-keys">Done</LinkButton>}>
        Access key {key.name}
      </Header>
      <Alert type="warning" header="Save the secret now">
        It is not shown again. A key whose secret is lost is replaced by another.
      </Alert>
      <Container header={<Header variant="h2">Access key</Header>}>
        <SpaceBetween size="l">
          <Facts
            columns={2}
            of={{
              'Access key ID': <CopyButton inline text={key.accessKeyId} what="Access key ID" />,
              'Secret access key': (
                <SpaceBetween direction="horizontal" size="xs" alignItems="center">
                  <span className="vedette-mono">{shown ? key.secretAccessKey : '•'.repeat(24)}</span>
                  <Button variant="inline-link" onClick={() => setShown(!shown)} ariaLabel={shown ? 'Hide secret access key' : 'Show secret access key'}>
                    {shown ? 'Hide' : 'Show'}
                  </Button>
                  <CopyButton text={key.secretAccessKey} what="Secret access key" />
                </SpaceBetween>
              ),
            }}
          />
          <Button iconName="download" onClick={() => download(fileName, credentialsFile(key, region))}>
            Download {fileName}
          </Button>
          <div>
            <Box color="text-body-secondary" margin={{ bottom: 'xs' }}>
              The file is one of AWS&apos;s shared credentials files, for the AWS CLI, the SDKs and vedette iot. Keep it readable for its owner only:
            </Box>
            <Code text={`chmod 600 ${fileName}\nexport AWS_SHARED_CREDENTIALS_FILE=$PWD/${fileName} AWS_PROFILE=${key.name}\naws --endpoint-url ${location.origin} iot list-security-profiles`} what="Commands" />
          </div>
        </SpaceBetween>
      </Container>
    </SpaceBetween>
  );
}
