import { useMutationOf } from '../../../api';
import { ConfirmDelete } from '../../../commons/form/confirm-delete';
import { useNotifications } from '../../../commons/notifications';
import { InUseDialog } from '../../../commons/used-by/in-use-dialog';

export interface DeleteDimensionProps {
  name: string;
  /** Security profiles that use it. */
  users: string[] | undefined;
  onDone: () => void;
  onCancel: () => void;
}

/** Has the name typed and deletes the dimension; says who uses it instead, if somebody does. */
export function DeleteDimension({ name, users = [], onDone, onCancel }: DeleteDimensionProps) {
  const { success } = useNotifications();
  const deletion = useMutationOf('DeleteDimension', () => {
    success(`Dimension ${name} is deleted`);
    onDone();
  });
  if (users.length > 0) return <InUseDialog what="dimension" name={name} users={users} onClose={onCancel} />;
  return (
    <ConfirmDelete what="dimension" name={name} busy={deletion.isPending} error={deletion.error} onConfirm={() => deletion.mutate({ name })} onCancel={onCancel}>
      No security profile uses it.
    </ConfirmDelete>
  );
}
