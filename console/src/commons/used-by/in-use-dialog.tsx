import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import { PageLink } from '../link';

/** Says which security profiles have to let go first. what: "dimension". */
export function InUseDialog({ what, name, users, onClose }: { what: string; name: string; users: string[]; onClose: () => void }) {
  return (
    <Modal
      visible
      header={`Delete ${what}`}
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <Button variant="primary" onClick={onClose}>
            Close
          </Button>
        </Box>
      }
    >
      <p>
        <strong>{name}</strong> is in use and cannot be deleted. Take it out of the behaviors and retained metrics of these security profiles first:
      </p>
      <ul>
        {users.map((user) => (
          <li key={user}>
            <PageLink to={`/profiles/${encodeURIComponent(user)}`}>{user}</PageLink>
          </li>
        ))}
      </ul>
    </Modal>
  );
}
