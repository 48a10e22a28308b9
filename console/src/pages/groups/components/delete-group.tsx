import { ApiError, useMutationOf } from '../../../api';
import { ConfirmDelete } from '../../../commons/form/confirm-delete';
import { useNotifications } from '../../../commons/notifications';

interface DeleteGroupProps {
  name: string;
  /** Of what is seen: somebody may have changed it since. */
  version?: number | undefined;
  onDone: () => void;
  onCancel: () => void;
}

/** Has the name typed and deletes a group. Render it only while it is open. */
export function DeleteGroup({ name, version, onDone, onCancel }: DeleteGroupProps) {
  const { success } = useNotifications();
  const deletion = useMutationOf('DeleteThingGroup', () => {
    success(`Thing group ${name} is deleted`);
    onDone();
  });
  const changed = deletion.error instanceof ApiError && deletion.error.code === 'VersionConflictException';
  return (
    <ConfirmDelete
      what="thing group"
      name={name}
      busy={deletion.isPending}
      error={changed ? new Error('Somebody changed it in the meantime. Close this, look at what it says now, and delete it then.') : deletion.error}
      onConfirm={() => deletion.mutate({ thingGroupName: name, ...(version !== undefined && { expectedVersion: version }) })}
      onCancel={onCancel}
    >
      Its things stay, but what is attached to the group does not apply to them any more: alarms of its security profiles end as invalidated.
    </ConfirmDelete>
  );
}
