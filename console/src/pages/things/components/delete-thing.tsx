import { useMutationOf } from '../../../api';
import { ConfirmDelete } from '../../../commons/form/confirm-delete';
import { useNotifications } from '../../../commons/notifications';

/** Has the name typed and takes a thing out of the registry. Render it only while it is open. */
export function DeleteThing({ thingName, onDone, onCancel }: { thingName: string; onDone: () => void; onCancel: () => void }) {
  const { success } = useNotifications();
  const deletion = useMutationOf('DeleteThing', () => {
    success(`Thing ${thingName} is deleted`);
    onDone();
  });
  return (
    <ConfirmDelete what="thing" name={thingName} busy={deletion.isPending} error={deletion.error} onConfirm={() => deletion.mutate({ thingName })} onCancel={onCancel}>
      It leaves its thing groups, and alarms of profiles that do not cover it any more end as invalidated. Its certificates have to be detached first. If the device goes on reporting, it is listed as unregistered.
    </ConfirmDelete>
  );
}
