import { ApiError, useMutationOf } from '../../../api';
import { plural } from '../../../commons/format';
import { ConfirmDelete } from '../../../commons/form/confirm-delete';
import { useNotifications } from '../../../commons/notifications';

export interface DeleteProfileProps {
  name: string;
  /** Of what is seen: somebody may have changed it since. */
  version: number | undefined;
  alarms?: number | undefined;
  onDone: () => void;
  onCancel: () => void;
}

/** Has the name typed and deletes the profile. Render it only while it is open. */
export function DeleteProfile({ name, version, alarms, onDone, onCancel }: DeleteProfileProps) {
  const { success } = useNotifications();
  const deletion = useMutationOf('DeleteSecurityProfile', () => {
    success(`Security profile ${name} is deleted`);
    onDone();
  });
  const changed = deletion.error instanceof ApiError && deletion.error.code === 'VersionConflictException';
  return (
    <ConfirmDelete
      what="security profile"
      name={name}
      busy={deletion.isPending}
      error={changed ? new Error('Somebody changed it in the meantime. Close this, look at what it says now, and delete it then.') : deletion.error}
      onConfirm={() => deletion.mutate({ securityProfileName: name, ...(version !== undefined && { expectedVersion: version }) })}
      onCancel={onCancel}
    >
      It is detached from its targets, and {alarms ? `its ${plural(alarms, 'active alarm')} end` : 'its alarms end'} as invalidated. Their history stays.
    </ConfirmDelete>
  );
}
