import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import { Actions } from '../../../commons/actions';
import type { Made } from '../model/made';

export interface LeaveDialogProps {
  made: Made;
  keySaved: boolean;
  /** What was made can be removed. */
  removable: boolean;
  busy: boolean;
  onRemove: () => void;
  onLeave: () => void;
  onStay: () => void;
}

/** Asks what becomes of what was made. */
export function LeaveDialog({ made, keySaved, removable, busy, onRemove, onLeave, onStay }: LeaveDialogProps) {
  return (
    <Modal
      visible
      header="Leave before the device is connected?"
      closeAriaLabel="Stay"
      onDismiss={onStay}
      footer={
        <Box float="right">
          <Actions>
            <Button variant="link" onClick={onStay}>
              Stay
            </Button>
            {removable && (
              <Button onClick={onRemove} loading={busy}>
                Remove and leave
              </Button>
            )}
            <Button variant="primary" onClick={onLeave} disabled={busy}>
              Keep and leave
            </Button>
          </Actions>
        </Box>
      }
    >
      <Box variant="p">
        {made.thingExisted ? `Thing ${made.thingName} has got a certificate` : `Thing ${made.thingName} and its certificate are made`}.{' '}
        {keySaved ? 'You can keep them and start the device later.' : 'The private key has not been downloaded: without it the certificate is of no use, and it cannot be shown again.'}
      </Box>
    </Modal>
  );
}
