import { useState } from 'react';
import { useCan, useOperation } from '../../../api';
import { Actions } from '../../../commons/actions';
import { Can } from '../../../commons/can';
import { LinkButton } from '../../../commons/link-button';
import { ResourceTable, useLocalRows } from '../../../commons/table';
import { keysTable } from '../config';
import { KeyActions } from './key-actions';

/** All access keys. */
export function KeysTab() {
  const query = useOperation('ListAccessKeys', {});
  const rows = useLocalRows(keysTable, { ...query, data: query.data?.accessKeys });
  const [selectedId, select] = useState<string>();
  const mayUpdate = useCan('UpdateAccessKey');
  const mayDelete = useCan('DeleteAccessKey');
  const selected = rows.items.find(({ accessKeyId }) => accessKeyId === selectedId);
  return (
    <ResourceTable
      rows={rows}
      variant="container"
      title="Access keys"
      description="With which people and programs sign"
      {...((mayUpdate || mayDelete) && { selection: 'single' as const })}
      selected={selected ? [selected] : []}
      onSelect={(items) => select(items[0]?.accessKeyId)}
      actions={
        <Actions>
          <KeyActions of={selected} onDeleted={() => select(undefined)} />
          <Can do="CreateAccessKey">
            <LinkButton variant="primary" to="/settings/access-keys/create">
              Create access key
            </LinkButton>
          </Can>
        </Actions>
      }
    />
  );
}
