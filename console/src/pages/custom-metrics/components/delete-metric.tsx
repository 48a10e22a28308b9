import { useMutationOf } from '../../../api';
import { ConfirmDelete } from '../../../commons/form/confirm-delete';
import { useNotifications } from '../../../commons/notifications';
import { InUseDialog } from '../../../commons/used-by/in-use-dialog';

export interface DeleteMetricProps {
  name: string;
  /** Security profiles that use it. */
  users: string[] | undefined;
  onDone: () => void;
  onCancel: () => void;
}

/** Has the name typed and deletes the custom metric; says who uses it instead, if somebody does. */
export function DeleteMetric({ name, users = [], onDone, onCancel }: DeleteMetricProps) {
  const { success } = useNotifications();
  const deletion = useMutationOf('DeleteCustomMetric', () => {
    success(`Custom metric ${name} is deleted`);
    onDone();
  });
  if (users.length > 0) return <InUseDialog what="custom metric" name={name} users={users} onClose={onCancel} />;
  return (
    <ConfirmDelete what="custom metric" name={name} busy={deletion.isPending} error={deletion.error} onConfirm={() => deletion.mutate({ metricName: name })} onCancel={onCancel}>
      Devices can go on sending it; what they send of it is passed over.
    </ConfirmDelete>
  );
}
