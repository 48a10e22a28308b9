import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import { useProgress } from '../hooks';
import type { Made } from '../model/made';
import type { Progress } from '../model/progress';

const lines: Record<Progress['kind'], { type: StatusIndicatorProps.Type; text: string }> = {
  waiting: { type: 'pending', text: 'The device has not connected yet' },
  connected: { type: 'in-progress', text: 'The device is connected; no report yet' },
  left: { type: 'warning', text: 'The device connected and left without a report: the next step says what to look at' },
  rejected: { type: 'error', text: 'A report was rejected: the next step says why' },
  arrived: { type: 'success', text: 'The first report is there: go on to the next step' },
};

/** How far the device is, in one line. */
export function ProgressLine({ made }: { made: Made }) {
  const { type, text } = lines[useProgress(made).kind];
  return (
    <div role="status">
      <StatusIndicator type={type}>{text}</StatusIndicator>
    </div>
  );
}
