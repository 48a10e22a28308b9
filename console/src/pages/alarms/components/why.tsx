import Alert, { type AlertProps } from '@cloudscape-design/components/alert';
import type { Threshold } from '../../../api';
import { formatDuration } from '../../../commons/format';
import { Ago, At } from '../../../commons/time/ago';
import { useNow } from '../../../commons/time/clock';
import { violationEventTypes } from '../../../i18n-strings';
import type { Alarm } from '../alarm';
import { whySentence } from '../sentence';
import { thresholdAt } from '../series';

/** Why there is an alarm, in one sentence, and whether it still stands. */
export function Why({ alarm: { violation, events = [] }, thresholds }: { alarm: Alarm; thresholds: Threshold[] }) {
  const { behavior, violationStartTime, endTime, endReason, lastViolationValue } = violation;
  const now = useNow();
  if (!behavior || violationStartTime === undefined) return null;
  const raised = events.find(({ violationEventType }) => violationEventType === 'in-alarm');
  const threshold = thresholdAt(behavior, thresholds)(raised?.violationEventTime ?? violationStartTime);
  const type: AlertProps.Type = endReason === undefined ? 'warning' : endReason === 'alarm-cleared' ? 'success' : 'info';
  const length = formatDuration(Math.max(0, (endTime ?? now) - violationStartTime));
  return (
    <Alert type={type} header={whySentence(behavior, raised?.metricValue ?? lastViolationValue, threshold)} statusIconAriaLabel={violationEventTypes[endReason ?? 'in-alarm']}>
      {endReason === undefined ? (
        <>
          In alarm since <At time={violationStartTime} />, for {length}.
        </>
      ) : (
        <>
          {violationEventTypes[endReason]} <Ago time={endTime} />, after {length}.
        </>
      )}
    </Alert>
  );
}
