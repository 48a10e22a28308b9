import Header from '@cloudscape-design/components/header';
import { useOperation } from '../../api';
import { Page } from '../../commons/layout/page';
import { Answer } from '../../commons/states/answer';
import { ConnectWizard } from './components/connect-wizard';
import { MissingPermissions } from './components/missing-permissions';
import { connectHelp } from './help';
import { useMissing } from './hooks';

/** The deployment is asked anew so often: the server may come back with other listeners. */
const askEvery = 15_000;

export default function ConnectPage() {
  const { toMake, toUndo } = useMissing();
  const deployment = useOperation('DescribeDeployment', {}, { enabled: toMake.length === 0, every: askEvery });
  return (
    <Page
      title="Connect a device"
      type="wizard"
      help={connectHelp}
      header={
        <Header variant="h1" description="Makes a thing with a certificate and a policy, and waits for its first report.">
          Connect a device
        </Header>
      }
    >
      {toMake.length > 0 ? (
        <MissingPermissions missing={toMake} />
      ) : (
        <Answer query={deployment} what="Where devices connect to">
          {(data) => <ConnectWizard deployment={data} noUndo={toUndo} />}
        </Answer>
      )}
    </Page>
  );
}
