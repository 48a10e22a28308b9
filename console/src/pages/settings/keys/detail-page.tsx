import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useNavigate, useParams } from 'react-router';
import { useOperation, type AccessKey } from '../../../api';
import { Code } from '../../../commons/copy/code';
import { CopyButton } from '../../../commons/copy/copy-button';
import { DetailHeader } from '../../../commons/detail/detail-header';
import { Facts } from '../../../commons/detail/facts';
import { Page } from '../../../commons/layout/page';
import { LinkButton } from '../../../commons/link-button';
import { Answer } from '../../../commons/states/answer';
import { Empty } from '../../../commons/states/empty';
import { At } from '../../../commons/time/ago';
import { KeyStatus, LastUsed, mayText } from '../config';
import { settingsHelp } from '../help';
import { KeyActions } from './key-actions';
import { pretty } from './policy';

const list = '/settings?tab=access-keys';

export default function AccessKeyPage() {
  const { id = '' } = useParams();
  const navigate = useNavigate();
  const query = useOperation('ListAccessKeys', {});
  const key = query.data?.accessKeys.find(({ accessKeyId }) => accessKeyId === id);
  const title = key?.name ?? id;
  return (
    <Page
      title={title}
      breadcrumbs={[{ text: 'Settings', to: '/settings' }, { text: 'Access keys', to: list }, { text: title }]}
      help={settingsHelp}
      header={<DetailHeader title={title} actions={key && !key.root && <KeyActions of={key} onDeleted={() => void navigate(list)} />} />}
    >
      <Answer query={query} what="The access key">{() => (key ? <KeyDetail of={key} /> : <Gone id={id} />)}</Answer>
    </Page>
  );
}

function KeyDetail({ of: key }: { of: AccessKey }) {
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">Access key</Header>}>
        <Facts
          columns={3}
          of={{
            'Access key ID': <CopyButton inline text={key.accessKeyId} what="Access key ID" />,
            Status: <KeyStatus of={key.status} />,
            'May do': mayText(key),
            Created: <At time={key.createdAt} />,
            'Last used': <LastUsed of={key} />,
          }}
        />
      </Container>
      {!key.root && (
        <Container header={<Header variant="h2" description="What the key may do">Policy</Header>}>
          <SpaceBetween size="m">
            {key.policy ? <Code text={pretty(key.policy)} what="Policy" maxHeight={520} /> : <Empty title="No policy">The key may do nothing until the root user gives it a policy.</Empty>}
            <div>
              <Box color="text-body-secondary" margin={{ bottom: 'xs' }}>
                Another policy is given on the server&apos;s machine:
              </Box>
              <Code text={`vedette key update ${key.name} --policy policy.json`} what="Command" />
            </div>
          </SpaceBetween>
        </Container>
      )}
    </SpaceBetween>
  );
}

function Gone({ id }: { id: string }) {
  return (
    <Empty title={`There is no access key ${id}`} action={<LinkButton to={list}>Show access keys</LinkButton>}>
      It was deleted, or the link is wrong.
    </Empty>
  );
}
