import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input, { type InputProps } from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { messageOf } from '../../api';

export interface ConfirmDeleteProps {
  /** "security profile" */
  what: string;
  /** What is to be typed: the name, or e.g. "delete" for several. */
  name: string;
  /** What is lost. */
  children?: ReactNode;
  busy: boolean;
  error?: Error | null;
  /** Default: Delete. */
  action?: string;
  onConfirm: () => void;
  onCancel: () => void;
}

/** Asks for the name of what is to be deleted. Render it only while it is open. */
export function ConfirmDelete({ what, name, children, busy, error, action = 'Delete', onConfirm, onCancel }: ConfirmDeleteProps) {
  const [typed, setTyped] = useState('');
  const right = typed === name;
  const input = useRef<InputProps.Ref>(null);
  useEffect(() => {
    // After the modal has put the focus on its first button.
    const timer = setTimeout(() => input.current?.focus(), 50);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Modal
      visible
      onDismiss={onCancel}
      closeAriaLabel="Close"
      header={`${action} ${what}`}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onCancel}>
              Cancel
            </Button>
            <Button variant="primary" disabled={!right} loading={busy} onClick={onConfirm}>
              {action}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (right && !busy) onConfirm();
        }}
      >
        <SpaceBetween size="m">
          <Box variant="span">
            {action} <Box variant="strong">{name}</Box> for good? {children}
          </Box>
          {error && (
            <Alert type="error" header="That did not work">
              {messageOf(error)}
            </Alert>
          )}
          <FormField label={`To confirm, type ${name}`}>
            <Input value={typed} onChange={({ detail }) => setTyped(detail.value)} placeholder={name} ref={input} disableBrowserAutocorrect autoComplete={false} />
          </FormField>
        </SpaceBetween>
      </form>
    </Modal>
  );
}
