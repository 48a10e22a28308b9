import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useCan } from '../../api';
import { Actions } from '../../commons/actions';
import { Can } from '../../commons/can';
import { Page } from '../../commons/layout/page';
import { LinkButton } from '../../commons/link-button';
import { Empty } from '../../commons/states/empty';
import { ResourceTable, useLocalRows } from '../../commons/table';
import { DeleteDimension } from './components/delete-dimension';
import { dimensionsTable } from './config';
import { dimensionsHelp } from './help';
import { useDimensionRows } from './hooks';

export default function DimensionsPage() {
  const navigate = useNavigate();
  const query = useDimensionRows();
  const rows = useLocalRows(dimensionsTable, query);
  const [selectedName, select] = useState<string>();
  const [deleting, setDeleting] = useState(false);
  const mayEdit = useCan('UpdateDimension');
  const mayDelete = useCan('DeleteDimension');
  const selected = rows.items.find(({ name }) => name === selectedName);
  return (
    <Page title="Dimensions" type="table" help={dimensionsHelp}>
      <ResourceTable
        rows={rows}
        title="Dimensions"
        description="Topics by which cloud-side metrics are told apart"
        {...((mayEdit || mayDelete) && { selection: 'single' as const })}
        selected={selected ? [selected] : []}
        onSelect={(items) => select(items[0]?.name)}
        actions={
          <Actions>
            {mayEdit && (
              <Button disabled={!selected} onClick={() => void navigate(`/dimensions/${encodeURIComponent(selected?.name ?? '')}/edit`)}>
                Edit
              </Button>
            )}
            {mayDelete && (
              <Button disabled={!selected} onClick={() => setDeleting(true)}>
                Delete
              </Button>
            )}
            <CreateButton />
          </Actions>
        }
        empty={
          <Empty title="No dimensions" action={<CreateButton />}>
            A dimension is a list of topic filters. With it, a security profile counts messages on some topics only, or on all but these.
          </Empty>
        }
      />
      {deleting && selected && (
        <DeleteDimension
          name={selected.name}
          users={selected.users}
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
    <Can do="CreateDimension">
      <LinkButton variant="primary" to="/dimensions/create">
        Create dimension
      </LinkButton>
    </Can>
  );
}
