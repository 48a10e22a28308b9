import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { Ago } from '../../../commons/time/ago';
import { useProgress } from '../hooks';
import { adviceOn } from '../model/advice';
import { checklist, type Check } from '../model/checklist';
import type { Endpoint } from '../model/endpoint';
import type { Made } from '../model/made';
import { Arrived } from './arrived';

/** What the device has done so far, and what is wrong if it goes no further. */
export function ReportStep({ made, endpoint, onAgain }: { made: Made; endpoint: Endpoint; onAgain: () => void }) {
  const progress = useProgress(made);
  return (
    <SpaceBetween size="l">
      <Container>
        <div role="status" aria-label="Progress">
          <ol className="vedette-checks">
            {checklist(progress, made.thingName, endpoint).map((check) => (
              <CheckView key={check.title} check={check} />
            ))}
          </ol>
        </div>
      </Container>
      {progress.kind === 'rejected' && (
        <Alert type="error" header={`The report was rejected: ${progress.rejection.errorCode ?? ''}`}>
          <Box variant="p" color="inherit">
            {progress.rejection.errorMessage} (<Ago time={progress.rejection.time} />)
          </Box>
          <Box variant="p" color="inherit">
            {adviceOn(progress.rejection)}
          </Box>
        </Alert>
      )}
      {progress.kind === 'arrived' && <Arrived made={made} at={progress.at} onAgain={onAgain} />}
    </SpaceBetween>
  );
}

const states = { done: 'success', waiting: 'pending', failed: 'error' } as const;

function CheckView({ check: { title, state, hints } }: { check: Check }) {
  return (
    <li>
      <StatusIndicator type={states[state]}>{title}</StatusIndicator>
      {hints.length > 0 && (
        <ul>
          {hints.map((hint) => (
            <li key={hint}>
              <Box color="text-body-secondary">{hint}</Box>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
