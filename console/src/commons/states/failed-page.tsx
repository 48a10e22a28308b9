import Box from '@cloudscape-design/components/box';
import { Failure } from './failure';

/** A whole page that could not be shown. */
export function FailedPage({ error, retry }: { error: unknown; retry?: () => void }) {
  return (
    <Box padding="xxxl">
      <Failure what="The console cannot be shown" error={error} {...(retry && { retry })} />
    </Box>
  );
}
