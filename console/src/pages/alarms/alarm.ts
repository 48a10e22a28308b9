import { useCan, useOperation, type Output, type Threshold, type Violation } from '../../api';
import { day } from '../../commons/time/range';

export type Alarm = Output<'GetViolation'> & { violation: Violation };

export function alarmOf(output: Output<'GetViolation'> | undefined): Alarm | undefined {
  return output?.violation && { violation: output.violation, events: output.events ?? [] };
}

export function titleOf({ behavior, thingName }: Violation): string {
  return `${behavior?.name} of ${thingName}`;
}

/** An alarm with its events, kept up to date. */
export function useAlarm(violationId: string) {
  return useOperation('GetViolation', { violationId });
}

const none: Threshold[] = [];

/** The moving thresholds of a statistical behavior around an alarm; none for others, or where they are not kept. */
export function useThresholds({ securityProfileName = '', behavior, violationStartTime = 0, endTime }: Violation): Threshold[] {
  const may = useCan('ListThresholds');
  const statistical = behavior?.criteria?.statisticalThreshold !== undefined;
  const { data } = useOperation(
    'ListThresholds',
    { profile: securityProfileName, behavior: behavior?.name ?? '', startTime: violationStartTime - 14 * day, maxResults: 1000, ...(endTime !== undefined && { endTime: endTime + day }) },
    { enabled: may && statistical, keep: true, ...(endTime === undefined && { every: 60_000 }) },
  );
  return data?.thresholds ?? none;
}
