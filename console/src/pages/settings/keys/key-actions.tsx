import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { useCan, useMutationOf, useSession, type AccessKey } from '../../../api';
import { ConfirmDelete } from '../../../commons/form/confirm-delete';
import { useNotifications } from '../../../commons/notifications';
import { DisableKey } from './disable-key';

/** Buttons that disable, enable and delete an access key; of the root user's, nothing of that can be done. */
export function KeyActions({ of: key, onDeleted }: { of: AccessKey | undefined; onDeleted: () => void }) {
  const [open, setOpen] = useState<'delete' | 'disable'>();
  const { success, failure } = useNotifications();
  const mayUpdate = useCan('UpdateAccessKey');
  const mayDelete = useCan('DeleteAccessKey');
  const close = () => setOpen(undefined);
  const name = key?.name ?? '';
  const enabling = useMutationOf('UpdateAccessKey', () => success(`Access key ${name} is enabled`));
  const changeable = key !== undefined && !key.root;
  const enable = () => key && enabling.mutate({ accessKeyId: key.accessKeyId, status: 'ACTIVE' }, { onError: (error) => failure(`Access key ${name} was not enabled`, error) });
  return (
    <>
      {mayUpdate &&
        (key?.status === 'INACTIVE' ? (
          <Button disabled={!changeable} loading={enabling.isPending} onClick={enable}>
            Enable
          </Button>
        ) : (
          <Button disabled={!changeable} onClick={() => setOpen('disable')}>
            Disable
          </Button>
        ))}
      {mayDelete && (
        <Button disabled={!changeable} onClick={() => setOpen('delete')}>
          Delete
        </Button>
      )}
      {open === 'disable' && key && <DisableKey of={key} onClose={close} />}
      {open === 'delete' && key && (
        <DeleteKey
          of={key}
          onDone={() => {
            close();
            onDeleted();
          }}
          onCancel={close}
        />
      )}
    </>
  );
}

function DeleteKey({ of: { name, accessKeyId }, onDone, onCancel }: { of: AccessKey; onDone: () => void; onCancel: () => void }) {
  const { success } = useNotifications();
  const own = useSession()?.accessKeyId === accessKeyId;
  const deletion = useMutationOf('DeleteAccessKey', () => {
    success(`Access key ${name} is deleted`);
    onDone();
  });
  return (
    <ConfirmDelete what="access key" name={name} busy={deletion.isPending} error={deletion.error} onConfirm={() => deletion.mutate({ accessKeyId })} onCancel={onCancel}>
      {own ? 'You are signed in with it, and will be signed out.' : 'Who signs with it is refused from now on, and its sessions end.'}
    </ConfirmDelete>
  );
}
