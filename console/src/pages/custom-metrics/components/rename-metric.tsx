import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useMutationOf } from '../../../api';
import { formErrors } from '../../../commons/form/errors';
import { useNotifications } from '../../../commons/notifications';

/** Gives a custom metric another display name. Render it only while it is open. */
export function RenameMetric({ name, displayName, onClose }: { name: string; displayName: string; onClose: () => void }) {
  const [text, setText] = useState(displayName);
  const { success } = useNotifications();
  const update = useMutationOf('UpdateCustomMetric', () => {
    success(`Custom metric ${name} has its new display name`);
    onClose();
  });
  const errors = formErrors(update.error, ['displayName']);
  const save = () => {
    if (!update.isPending) update.mutate({ metricName: name, displayName: text });
  };
  return (
    <Modal
      visible
      header={`Display name of ${name}`}
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" loading={update.isPending} onClick={save}>
              Save
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <SpaceBetween size="m">
          {errors.rest && <Alert type="error">{errors.rest}</Alert>}
          <FormField label="Display name" description="Name and type stay as they are." constraintText="At most 128 characters" errorText={errors.of('displayName')}>
            <Input value={text} onChange={({ detail }) => setText(detail.value)} placeholder="Battery charge in %" autoComplete={false} />
          </FormField>
        </SpaceBetween>
      </form>
    </Modal>
  );
}
