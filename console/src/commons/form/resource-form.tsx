import Button from '@cloudscape-design/components/button';
import Form from '@cloudscape-design/components/form';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';

export interface ResourceFormProps {
  /** "Create dimension" */
  submit: string;
  onSubmit: () => void;
  onCancel: () => void;
  /** The call runs. */
  busy: boolean;
  /** What no field shows: formErrors(…).rest. */
  error?: string | undefined;
  header?: ReactNode;
  children: ReactNode;
}

/** A form that is submitted with its button or Enter. */
export function ResourceForm({ submit, onSubmit, onCancel, busy, error, header, children }: ResourceFormProps) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) onSubmit();
      }}
    >
      <Form
        header={header}
        errorText={error}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" formAction="none" onClick={onCancel}>
              Cancel
            </Button>
            <Button variant="primary" loading={busy}>
              {submit}
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">{children}</SpaceBetween>
      </Form>
    </form>
  );
}
