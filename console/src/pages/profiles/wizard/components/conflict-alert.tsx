import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';

/** Somebody saved the profile since this form read it. */
export function ConflictAlert({ busy, onReload, onOverwrite }: { busy: boolean; onReload: () => void; onOverwrite: () => void }) {
  return (
    <Alert
      type="warning"
      header="Somebody changed this security profile in the meantime"
      action={
        <SpaceBetween direction="horizontal" size="xs">
          <Button onClick={onReload}>Reload and drop my changes</Button>
          <Button loading={busy} onClick={onOverwrite}>
            Overwrite with mine
          </Button>
        </SpaceBetween>
      }
    >
      Nothing was saved. Begin anew with what it says now, or replace that with what is in this form.
    </Alert>
  );
}
