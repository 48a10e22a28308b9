import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { VerificationState, ViolationEventType } from '../../../api';
import { verificationStates, violationEventTypes } from '../../../i18n-strings';

const verificationMarks: Record<VerificationState, StatusIndicatorProps.Type> = {
  TRUE_POSITIVE: 'error',
  BENIGN_POSITIVE: 'info',
  FALSE_POSITIVE: 'stopped',
  UNKNOWN: 'pending',
};

const eventMarks: Record<ViolationEventType, StatusIndicatorProps.Type> = {
  'in-alarm': 'warning',
  'alarm-cleared': 'success',
  'alarm-invalidated': 'stopped',
};

export function VerificationMark({ state = 'UNKNOWN' }: { state: VerificationState | undefined }) {
  return <StatusIndicator type={verificationMarks[state]}>{verificationStates[state]}</StatusIndicator>;
}

export function EventMark({ type = 'in-alarm' }: { type: ViolationEventType | undefined }) {
  return <StatusIndicator type={eventMarks[type]}>{violationEventTypes[type]}</StatusIndicator>;
}
