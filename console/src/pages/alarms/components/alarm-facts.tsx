import type { Threshold, Violation } from '../../../api';
import { Facts } from '../../../commons/detail/facts';
import { PageLink } from '../../../commons/link';
import { At } from '../../../commons/time/ago';
import { MetricValueText } from '../../../commons/value/metric-value';
import { criteriaTypes, metricTitle } from '../../../i18n-strings';
import { criteriaTypeOf } from '../criteria';
import { offending } from '../members';
import { expectedText } from '../sentence';
import { thresholdAt } from '../series';

/** What an alarm is about. */
export function AlarmFacts({ violation, thresholds }: { violation: Violation; thresholds: Threshold[] }) {
  const { behavior = { name: '–' }, thingName = '', securityProfileName = '', lastViolationValue, lastViolationTime } = violation;
  const { consecutiveDatapointsToAlarm = 1, consecutiveDatapointsToClear = 1 } = behavior.criteria ?? {};
  const threshold = lastViolationTime === undefined ? undefined : thresholdAt(behavior, thresholds)(lastViolationTime);
  return (
    <Facts
      of={{
        Thing: <PageLink to={`/things/${encodeURIComponent(thingName)}`}>{thingName}</PageLink>,
        'Security profile': <PageLink to={`/profiles/${encodeURIComponent(securityProfileName)}`}>{securityProfileName}</PageLink>,
        Behavior: `${behavior.name} (${criteriaTypes[criteriaTypeOf(behavior)].toLowerCase()})`,
        Expected: `${metricTitle(behavior.metric)}: ${expectedText(behavior, threshold)}`,
        'Last violating value': <MetricValueText value={offending(behavior, lastViolationValue)} metric={behavior.metric} />,
        'Last violated': <At time={lastViolationTime} />,
        'Datapoints to alarm, to clear': `${consecutiveDatapointsToAlarm}, ${consecutiveDatapointsToClear}`,
        Alerts: behavior.suppressAlerts ? 'Suppressed' : 'Not suppressed',
      }}
    />
  );
}
