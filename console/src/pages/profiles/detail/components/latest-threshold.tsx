import Popover from '@cloudscape-design/components/popover';
import { metricOf, useOperation, type Behavior, type Threshold } from '../../../../api';
import { formatCount, formatNumber, plural } from '../../../../commons/format';
import { Ago } from '../../../../commons/time/ago';
import { criteriaTypeOf } from '../../model/profile';

/** What a statistical behavior compares with at this time; nothing for others. */
export function LatestThreshold({ profile, behavior }: { profile: string; behavior: Behavior }) {
  const statistical = criteriaTypeOf(behavior) === 'STATISTICAL';
  const { data, error } = useOperation('ListThresholds', { profile, behavior: behavior.name, maxResults: 1 }, { enabled: statistical, every: 60_000 });
  if (!statistical) return <>–</>;
  if (error) return <>Not known</>;
  const latest = data?.thresholds?.[0];
  if (!latest) return <>{data ? 'None yet' : '…'}</>;
  return (
    <Popover
      header="Latest threshold"
      triggerType="text"
      content={
        <>
          From {plural(latest.things ?? 0, 'thing')}, in the window that ended <Ago time={latest.windowEnd} />.{latest.reason && ` ${thresholdReason(latest.reason)}`}
        </>
      }
    >
      {thresholdText(latest, behavior)}
    </Popover>
  );
}

export function thresholdValue({ count, number }: Threshold): number | undefined {
  return count ?? number;
}

function thresholdText(threshold: Threshold, { metric }: Behavior): string {
  const value = thresholdValue(threshold);
  if (value === undefined) return 'None';
  return threshold.count === undefined ? formatNumber(value) : formatCount(value, metricOf(metric)?.unit);
}

/** Why a window gave no threshold, in words. */
function thresholdReason(reason: string): string {
  if (reason === 'TOO_FEW_THINGS') return 'At least two things must have a value; nothing is judged in the window that follows.';
  if (reason === 'NEGATIVE_VALUES') return 'Percentiles are not made of negative values; nothing is judged in the window that follows.';
  return reason;
}
