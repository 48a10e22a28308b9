import Alert, { type AlertProps } from '@cloudscape-design/components/alert';
import type { Threshold, Violation } from '../../../api';
import { formatDuration } from '../../../commons/format';
import { Ago, At } from '../../../commons/time/ago';
import { useNow } from '../../../commons/time/clock';
import { violationEventTypes } from '../../../i18n-strings';
import type { Alarm } from '../alarm';
import { whySentence } from '../sentence';
import { thresholdAt } from '../series';

/** Why there is an alarm, in one sentence. */
export function reasonOf({ violation, events = [] }: Alarm, thresholds: Threshold[]): string {
  const { behavior = { name: '' }, violationStartTime = 0, lastViolationValue } = violation;
  const raised = events.find(({ violationEventType }) => violationEventType === 'in-alarm');
  const threshold = thresholdAt(behavior, thresholds)(raised?.violationEventTime ?? violationStartTime);
  return whySentence(behavior, raised?.metricValue ?? lastViolationValue, threshold);
}

/** Whether an alarm stands, and how long it did. */
export function Standing({ violation: { violationStartTime = 0, endTime, endReason } }: { violation: Violation }) {
  const now = useNow();
  const length = formatDuration(Math.max(0, (endTime ?? now) - violationStartTime));
  if (endReason === undefined) {
    return (
      <>
        In alarm since <At time={violationStartTime} />, for {length}.
      </>
    );
  }
  return (
    <>
      {violationEventTypes[endReason]} <Ago time={endTime} />, after {length}.
    </>
  );
}

/** Why there is an alarm, and whether it still stands. */
export function Why({ alarm, thresholds }: { alarm: Alarm; thresholds: Threshold[] }) {
  const { endReason } = alarm.violation;
  const type: AlertProps.Type = endReason === undefined ? 'warning' : endReason === 'alarm-cleared' ? 'success' : 'info';
  return (
    <Alert type={type} header={reasonOf(alarm, thresholds)} statusIconAriaLabel={violationEventTypes[endReason ?? 'in-alarm']}>
      <Standing violation={alarm.violation} />
    </Alert>
  );
}
