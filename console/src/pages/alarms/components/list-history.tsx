import Box from '@cloudscape-design/components/box';
import { useMemo } from 'react';
import type { Output, Violation } from '../../../api';
import { PresenceStrip } from '../../../commons/chart';
import { formatNumber } from '../../../commons/format';
import { metricTitle } from '../../../i18n-strings';
import { listsOf } from '../lists';
import type { Span } from '../value-chart';
import { AlarmRow } from './alarm-row';
import { NoValues } from './no-values';

interface ListHistoryProps {
  violation: Violation;
  kept: Output<'GetMetricValues'>;
  span: Span;
}

/** Lists as strips, one for each member; those that are not normal are marked. */
export function ListHistory({ violation, kept, span }: ListHistoryProps) {
  const { behavior = { name: '' }, thingName } = violation;
  const { times, lists, normal, left } = useMemo(() => listsOf(behavior, kept), [behavior, kept]);
  if (times.length === 0) return <NoValues />;
  return (
    <>
      <ul className="vedette-legend">
        <li>
          <span className="vedette-mark vedette-mark-band" style={{ color: 'var(--vedette-alarm)' }} />
          Not expected
        </li>
        <li>
          <span className="vedette-mark vedette-mark-band" style={{ color: 'var(--vedette-series-1)' }} />
          Expected
        </li>
      </ul>
      <AlarmRow violation={violation} span={span} />
      <PresenceStrip label={`${metricTitle(behavior.metric)} of ${thingName}`} times={times} lists={lists} from={span.from} to={span.to} {...(normal && { normal })} />
      {left > 0 && <Box color="text-body-secondary">{formatNumber(left)} expected ones are not drawn.</Box>}
      {kept.truncated && <Box color="text-body-secondary">Only the newest 20,000 lists are drawn: choose a shorter time.</Box>}
    </>
  );
}
