import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useAll, useCan } from '../../../api';
import { Page } from '../../../commons/layout/page';
import { Empty } from '../../../commons/states/empty';
import { behaviorsHelp } from '../help';
import { newProfile } from '../model/profile-form';
import { ImportDialog } from './components/import-dialog';
import { useDone } from './done';
import { ProfileWizard } from './profile-wizard';

export default function CreateProfilePage() {
  const may = useCan('CreateSecurityProfile');
  const navigate = useNavigate();
  const done = useDone('created');
  const names = useAll('ListSecurityProfiles', {}, { enabled: useCan('ListSecurityProfiles') });
  const [start, setStart] = useState(() => ({ form: newProfile(), notes: [] as string[], count: 0 }));
  const [importing, setImporting] = useState(false);
  return (
    <Page
      title="Create security profile"
      type="wizard"
      breadcrumbs={[{ text: 'Security profiles', to: '/profiles' }, { text: 'Create security profile' }]}
      help={behaviorsHelp}
      header={
        may && (
          <Header variant="h1" actions={<Button onClick={() => setImporting(true)}>Import JSON</Button>}>
            Create security profile
          </Header>
        )
      }
    >
      {!may && <Empty title="This access key may not create security profiles">Its policy does not allow iot:CreateSecurityProfile.</Empty>}
      {may && (
        <SpaceBetween size="m">
          {start.count > 0 && (
            <Alert type="success">
              The JSON is in the form. {start.notes.join(' ')} Go through the steps: each is checked when you leave it.
            </Alert>
          )}
          <ProfileWizard key={start.count} initial={start.form} taken={names.data?.map(({ name }) => name) ?? []} onDone={done} onCancel={() => void navigate('/profiles')} />
        </SpaceBetween>
      )}
      {importing && (
        <ImportDialog
          onCancel={() => setImporting(false)}
          onImport={({ form, notes }) => {
            setStart(({ count }) => ({ form, notes, count: count + 1 }));
            setImporting(false);
          }}
        />
      )}
    </Page>
  );
}
