import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { messageOf, useMutationOf, useSession, type AccessKey } from '../../../api';
import { useNotifications } from '../../../commons/notifications';

/** Asks, and disables an access key. Render it only while it is open. */
export function DisableKey({ of: { name, accessKeyId }, onClose }: { of: AccessKey; onClose: () => void }) {
  const { success } = useNotifications();
  const own = useSession()?.accessKeyId === accessKeyId;
  const disabling = useMutationOf('UpdateAccessKey', () => {
    success(`Access key ${name} is disabled`);
    onClose();
  });
  return (
    <Modal
      visible
      header="Disable access key"
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" loading={disabling.isPending} onClick={() => disabling.mutate({ accessKeyId, status: 'INACTIVE' })}>
              Disable
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <span>
          Disable <strong>{name}</strong>? Who signs with it is refused until it is enabled again, and its sessions end.
        </span>
        {own && <Alert type="warning">You are signed in with it, and will be signed out.</Alert>}
        {disabling.error && (
          <Alert type="error" header="That did not work">
            {messageOf(disabling.error)}
          </Alert>
        )}
      </SpaceBetween>
    </Modal>
  );
}
