import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { alertsOf, type Profile } from '../model/profile';

/** Whether the alarms of a profile send alerts. */
export function AlertState({ of }: { of: Profile }) {
  const state = alertsOf(of);
  if (state === 'on') return <StatusIndicator type="success">On</StatusIndicator>;
  if (state === 'suppressed') return <StatusIndicator type="stopped">Suppressed</StatusIndicator>;
  return <StatusIndicator type="stopped">Off</StatusIndicator>;
}
