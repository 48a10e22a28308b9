import FormField from '@cloudscape-design/components/form-field';
import { useState } from 'react';
import { useNotifications } from '../../../../commons/notifications';
import { plural } from '../../../../commons/format';
import { ChooseTargets } from '../../components/choose-targets';
import { useAttachments } from '../../attachments';
import { ActionDialog } from './action-dialog';

/** Chooses targets and attaches the profile to them. Render it only while it is open. */
export function AttachTargets({ name, profileArn, attached, onClose }: { name: string; profileArn: string; attached: string[]; onClose: () => void }) {
  const [targets, setTargets] = useState<string[]>([]);
  const { success } = useNotifications();
  const change = useAttachments(name, profileArn);
  const attach = async () => {
    const failed = await change.run({ attach: targets, detach: [] });
    if (failed.length > 0) return setTargets(failed.map(({ target }) => target));
    success(`Security profile ${name} is attached to ${plural(targets.length, 'more target')}`);
    onClose();
  };
  return (
    <ActionDialog title="Attach targets" action="Attach" disabled={targets.length === 0} busy={change.busy} error={change.error} onConfirm={() => void attach()} onCancel={onClose}>
      <FormField label="Targets" description="Of a thing group, all things of the groups below it too.">
        <ChooseTargets targets={targets} onChange={setTargets} except={attached} />
      </FormField>
    </ActionDialog>
  );
}
