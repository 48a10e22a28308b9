import Header from '@cloudscape-design/components/header';
import { useCan } from '../../api';
import { UrlTabs } from '../../commons/detail/url-tabs';
import { Page } from '../../commons/layout/page';
import { DeploymentTab } from './components/deployment-tab';
import { LimitsTab } from './components/limits-tab';
import { SignInTab } from './components/sign-in-tab';
import { settingsHelp } from './help';
import { KeysTab } from './keys/keys-tab';

export default function SettingsPage() {
  const mayDeployment = useCan('DescribeDeployment');
  const mayKeys = useCan('ListAccessKeys');
  const tabs = [
    mayDeployment && { id: 'deployment', label: 'Deployment', content: <DeploymentTab /> },
    mayKeys && { id: 'access-keys', label: 'Access keys', content: <KeysTab /> },
    mayDeployment && { id: 'limits', label: 'Limits', content: <LimitsTab /> },
    { id: 'sign-in', label: 'Sign-in', content: <SignInTab /> },
  ];
  return (
    <Page title="Settings" help={settingsHelp} header={<Header variant="h1">Settings</Header>}>
      <UrlTabs label="Settings" tabs={tabs.filter((tab) => tab !== false)} />
    </Page>
  );
}
