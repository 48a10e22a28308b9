import { plural } from '../../../../commons/format';
import { useNotifications } from '../../../../commons/notifications';
import { useAttachments } from '../../attachments';
import { targetTitle } from '../../model/target';
import { ActionDialog } from './action-dialog';

/** Asks, and detaches the profile from targets. Render it only while it is open. */
export function DetachTargets({ name, profileArn, targets, onClose }: { name: string; profileArn: string; targets: string[]; onClose: () => void }) {
  const { success } = useNotifications();
  const change = useAttachments(name, profileArn);
  const detach = async () => {
    if ((await change.run({ attach: [], detach: targets })).length > 0) return;
    success(`Security profile ${name} is detached from ${plural(targets.length, 'target')}`);
    onClose();
  };
  return (
    <ActionDialog title="Detach targets" action="Detach" disabled={false} busy={change.busy} error={change.error} onConfirm={() => void detach()} onCancel={onClose}>
      Detach security profile {name} from {targets.map(targetTitle).join(', ')}? Alarms of things that no other target of it covers end as invalidated.
    </ActionDialog>
  );
}
