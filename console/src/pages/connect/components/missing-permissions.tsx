import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useSession } from '../../../api';
import type { Missing } from '../model/permissions';

/** What is missing instead of a wizard that would stop half-way. */
export function MissingPermissions({ missing }: { missing: Missing[] }) {
  const session = useSession();
  return (
    <Container>
      <SpaceBetween size="s">
        <Box variant="h2">{session?.name ?? 'This access key'} may not connect devices</Box>
        <Box variant="p">Its policy lacks these permissions. Ask who manages access keys to add them, or have the device connected by someone who has them.</Box>
        <ul>
          {missing.map(({ action, why }) => (
            <li key={action}>
              <Box variant="code">{action}</Box> {why}
            </li>
          ))}
        </ul>
      </SpaceBetween>
    </Container>
  );
}
