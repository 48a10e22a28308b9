import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';

export interface ActionDialogProps {
  title: string;
  /** "Attach" */
  action: string;
  disabled?: boolean;
  busy: boolean;
  /** What no field shows. */
  error: string | undefined;
  onConfirm: () => void;
  onCancel: () => void;
  children: ReactNode;
}

/** A dialog with one action, also by Enter, whose failure it shows. Render it only while it is open. */
export function ActionDialog({ title, action, disabled = false, busy, error, onConfirm, onCancel, children }: ActionDialogProps) {
  return (
    <Modal
      visible
      header={title}
      onDismiss={onCancel}
      closeAriaLabel="Close"
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onCancel}>
              Cancel
            </Button>
            <Button variant="primary" disabled={disabled} loading={busy} onClick={onConfirm}>
              {action}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!disabled && !busy) onConfirm();
        }}
      >
        <SpaceBetween size="m">
          {error && (
            <Alert type="error" header="That did not work">
              {error}
            </Alert>
          )}
          <div>{children}</div>
        </SpaceBetween>
      </form>
    </Modal>
  );
}
