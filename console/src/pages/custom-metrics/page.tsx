import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { useCan } from '../../api';
import { Actions } from '../../commons/actions';
import { Can } from '../../commons/can';
import { Page } from '../../commons/layout/page';
import { LinkButton } from '../../commons/link-button';
import { Empty } from '../../commons/states/empty';
import { ResourceTable, useLocalRows } from '../../commons/table';
import { DeleteMetric } from './components/delete-metric';
import { RenameMetric } from './components/rename-metric';
import { metricsTable } from './config';
import { metricsHelp } from './help';
import { useMetricRows } from './hooks';

export default function CustomMetricsPage() {
  const rows = useLocalRows(metricsTable, useMetricRows());
  const [selectedName, select] = useState<string>();
  const [open, setOpen] = useState<'delete' | 'rename'>();
  const mayEdit = useCan('UpdateCustomMetric');
  const mayDelete = useCan('DeleteCustomMetric');
  const selected = rows.items.find(({ name }) => name === selectedName);
  const close = () => setOpen(undefined);
  return (
    <Page title="Custom metrics" type="table" help={metricsHelp}>
      <ResourceTable
        rows={rows}
        title="Custom metrics"
        description="What devices measure themselves"
        {...((mayEdit || mayDelete) && { selection: 'single' as const })}
        selected={selected ? [selected] : []}
        onSelect={(items) => select(items[0]?.name)}
        actions={
          <Actions>
            {mayEdit && (
              <Button disabled={!selected?.metric} onClick={() => setOpen('rename')}>
                Edit display name
              </Button>
            )}
            {mayDelete && (
              <Button disabled={!selected} onClick={() => setOpen('delete')}>
                Delete
              </Button>
            )}
            <CreateButton />
          </Actions>
        }
        empty={
          <Empty title="No custom metrics" action={<CreateButton />}>
            Create one for what your devices measure beyond the metrics of AWS: a battery&apos;s charge, who is logged in, which modules are loaded.
          </Empty>
        }
      />
      {open === 'delete' && selected && (
        <DeleteMetric
          name={selected.name}
          users={selected.users}
          onDone={() => {
            close();
            select(undefined);
          }}
          onCancel={close}
        />
      )}
      {open === 'rename' && selected && <RenameMetric name={selected.name} displayName={selected.metric?.displayName ?? ''} onClose={close} />}
    </Page>
  );
}

function CreateButton() {
  return (
    <Can do="CreateCustomMetric">
      <LinkButton variant="primary" to="/metrics/create">
        Create custom metric
      </LinkButton>
    </Can>
  );
}
