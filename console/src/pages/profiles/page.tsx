import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useCan } from '../../api';
import { Can } from '../../commons/can';
import { Page } from '../../commons/layout/page';
import { LinkButton } from '../../commons/link-button';
import { Empty } from '../../commons/states/empty';
import { ResourceTable, useLocalRows } from '../../commons/table';
import { DeleteProfile } from './components/delete-profile';
import { profilesTable } from './config';
import { profilesHelp } from './help';
import { useProfileRows } from './hooks';

export default function ProfilesPage() {
  const navigate = useNavigate();
  const query = useProfileRows();
  const rows = useLocalRows(profilesTable, query);
  const [selectedName, select] = useState<string>();
  const [deleting, setDeleting] = useState(false);
  const mayEdit = useCan('UpdateSecurityProfile');
  const mayDelete = useCan('DeleteSecurityProfile');
  const selected = rows.items.find(({ name }) => name === selectedName);
  return (
    <Page title="Security profiles" type="table" help={profilesHelp}>
      <ResourceTable
        rows={rows}
        title="Security profiles"
        description="What is normal for which things"
        {...((mayEdit || mayDelete) && { selection: 'single' as const })}
        selected={selected ? [selected] : []}
        onSelect={(items) => select(items[0]?.name)}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Can do="UpdateSecurityProfile">
              <Button disabled={!selected} onClick={() => void navigate(`/profiles/${encodeURIComponent(selected?.name ?? '')}/edit`)}>
                Edit
              </Button>
            </Can>
            <Can do="DeleteSecurityProfile">
              <Button disabled={!selected} onClick={() => setDeleting(true)}>
                Delete
              </Button>
            </Can>
            <CreateButton />
          </SpaceBetween>
        }
        empty={
          <Empty title="No security profiles" action={<CreateButton />}>
            A security profile says what is normal for a fleet: which ports its things listen on, how much they send, whom they talk to. Things that leave it are in alarm.
          </Empty>
        }
      />
      {deleting && selected && (
        <DeleteProfile
          name={selected.name}
          version={selected.profile?.version}
          alarms={selected.alarms}
          onDone={() => {
            setDeleting(false);
            select(undefined);
          }}
          onCancel={() => setDeleting(false)}
        />
      )}
    </Page>
  );
}

function CreateButton() {
  return (
    <Can do="CreateSecurityProfile">
      <LinkButton variant="primary" to="/profiles/create">
        Create security profile
      </LinkButton>
    </Can>
  );
}
