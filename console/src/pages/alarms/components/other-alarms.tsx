import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import { useOperation, type Violation } from '../../../api';
import { PageLink } from '../../../commons/link';
import { Answer } from '../../../commons/states/answer';
import { Empty } from '../../../commons/states/empty';
import { filterQuery } from '../../../commons/table';
import { Ago } from '../../../commons/time/ago';
import { MetricValueText } from '../../../commons/value/metric-value';
import { offending } from '../members';
import { EventMark, VerificationMark } from './states';

/** Alarms that are listed. */
const most = 10;

/** Other alarms of the same thing, active and ended, the newest first. */
export function OtherAlarms({ violation: { violationId, thingName = '' } }: { violation: Violation }) {
  const found = useOperation('SearchViolations', { thingName, state: 'all', maxResults: most + 1 }, { keep: true });
  return (
    <Answer query={found} what="Other alarms of the thing">
      {({ violations }) => (
        <Table
          variant="embedded"
          items={violations.filter((other) => other.violationId !== violationId).slice(0, most)}
          trackBy={({ violationId = '' }) => violationId}
          ariaLabels={{ tableLabel: `Other alarms of ${thingName}` }}
          header={
            <Header variant="h3" actions={<PageLink to={`/alarms/history${filterQuery({ thingName, last: '30d' })}`}>History of {thingName}</PageLink>}>
              Other alarms of {thingName}
            </Header>
          }
          empty={<Empty title="No other alarm of this thing" />}
          columnDefinitions={[
            {
              id: 'behavior',
              header: 'Behavior',
              cell: ({ violationId = '', behavior }) => <PageLink to={`/alarms/${encodeURIComponent(violationId)}`}>{behavior?.name ?? '–'}</PageLink>,
              isRowHeader: true,
            },
            { id: 'state', header: 'State', cell: ({ endReason }) => <EventMark type={endReason} /> },
            { id: 'start', header: 'Began', cell: ({ violationStartTime }) => <Ago time={violationStartTime} /> },
            { id: 'value', header: 'Last value', cell: ({ lastViolationValue, behavior }) => <MetricValueText value={offending(behavior, lastViolationValue)} metric={behavior?.metric} limit={3} /> },
            { id: 'verification', header: 'Verification state', cell: ({ verificationState }) => <VerificationMark state={verificationState} /> },
          ]}
        />
      )}
    </Answer>
  );
}
