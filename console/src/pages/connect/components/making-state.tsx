import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { stepTitles } from '../model/made';
import type { Making } from '../use-making';

/** What is being made, why it was not, and what is left of it. */
export function MakingState({ making }: { making: Making }) {
  if (making.state === 'none' || making.state === 'made') return null;
  return (
    <Box margin={{ bottom: 'l' }}>
      {making.state === 'making' && <StatusIndicator type="loading">Making: {stepTitles[making.step].toLowerCase()}</StatusIndicator>}
      {making.state === 'removing' && <StatusIndicator type="loading">Removing what was made</StatusIndicator>}
      {making.state === 'failed' && (
        <Alert type="error" header={making.leftovers.length === 0 ? `Nothing was made: ${stepTitles[making.step].toLowerCase()}` : `Not made: ${stepTitles[making.step].toLowerCase()}`}>
          {making.message}
          <Leftovers of={making.leftovers} />
        </Alert>
      )}
      {making.state === 'stuck' && (
        <Alert type="error" header="Not all of it was removed">
          <Leftovers of={making.problems} />
        </Alert>
      )}
    </Box>
  );
}

function Leftovers({ of }: { of: string[] }) {
  if (of.length === 0) return null;
  return (
    <>
      <Box variant="p" color="inherit">
        This is still there; remove it with the API or the command line:
      </Box>
      <ul>
        {of.map((problem) => (
          <li key={problem}>{problem}</li>
        ))}
      </ul>
    </>
  );
}
