import { useState } from 'react';
import type { CreateAccessKeyResponse } from '../../../api';
import { Page } from '../../../commons/layout/page';
import { settingsHelp } from '../help';
import { CreateKeyForm } from './create-form';
import { NewKey } from './new-key';

const crumbs = [{ text: 'Settings', to: '/settings' }, { text: 'Access keys', to: '/settings?tab=access-keys' }, { text: 'Create access key' }];

/** The form, and then the key with its secret, which no address leads to again. */
export default function CreateAccessKeyPage() {
  const [made, setMade] = useState<CreateAccessKeyResponse>();
  return (
    <Page title="Create access key" type="form" breadcrumbs={crumbs} help={settingsHelp}>
      {made ? <NewKey of={made} /> : <CreateKeyForm onMade={setMade} />}
    </Page>
  );
}
