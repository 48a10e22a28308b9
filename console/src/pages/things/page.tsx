import Button from '@cloudscape-design/components/button';
import { useMemo, useState } from 'react';
import { useAll, useCan } from '../../api';
import { Can } from '../../commons/can';
import { Page } from '../../commons/layout/page';
import { LinkButton } from '../../commons/link-button';
import { Empty } from '../../commons/states/empty';
import { ResourceTable, useServerRows } from '../../commons/table';
import { CreateThing } from './components/create-thing';
import { DeleteThing } from './components/delete-thing';
import { thingsTable } from './config';
import { thingsHelp } from './help';
import { onePerKey, searchInput } from './input';

/** How often connections and last reports are asked for. Milliseconds. */
const every = 15_000;

export default function ThingsPage() {
  const groups = useAll('ListThingGroups', {}, { enabled: useCan('ListThingGroups') }).data;
  const config = useMemo(() => thingsTable((groups ?? []).flatMap(({ groupName }) => groupName ?? [])), [groups]);
  const found = useServerRows(config, 'SearchThings', ({ values, order }) => searchInput(values, order), { every });
  const rows = { ...found, state: { ...found.state, setFilters: (tokens: Parameters<typeof onePerKey>[0]) => found.state.setFilters(onePerKey(tokens)) } };
  const [selectedName, select] = useState<string>();
  const [open, setOpen] = useState<'create' | 'delete'>();
  const mayDelete = useCan('DeleteThing');
  const selected = rows.items.find(({ thingName }) => thingName === selectedName);
  const create = (
    <Can do="CreateThing">
      <Button variant="primary" onClick={() => setOpen('create')}>
        Create thing
      </Button>
    </Can>
  );
  return (
    <Page title="Things" type="table" breadcrumbs={[{ text: 'Things' }]} help={thingsHelp}>
      <ResourceTable
        rows={rows}
        title="Things"
        description="Devices that are registered, connected, or that report"
        {...(mayDelete && { selection: 'single' as const })}
        selected={selected ? [selected] : []}
        onSelect={(items) => select(items[0]?.thingName)}
        actions={
          <>
            {mayDelete && (
              <Button disabled={!selected?.registered} onClick={() => setOpen('delete')}>
                Delete
              </Button>
            )}
            {create}
          </>
        }
        empty={
          <Empty
            title="No things"
            action={
              <Can do="CreateThing">
                <LinkButton to="/connect">Connect a device</LinkButton>
              </Can>
            }
          >
            A thing appears here as soon as it is registered, connects or reports.
          </Empty>
        }
      />
      {open === 'create' && <CreateThing onClose={() => setOpen(undefined)} />}
      {open === 'delete' && selected && (
        <DeleteThing
          thingName={selected.thingName}
          onDone={() => {
            setOpen(undefined);
            select(undefined);
          }}
          onCancel={() => setOpen(undefined)}
        />
      )}
    </Page>
  );
}
