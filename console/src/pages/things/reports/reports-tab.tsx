import Alert from '@cloudscape-design/components/alert';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Output } from '../../../api';
import { Ago } from '../../../commons/time/ago';
import { AcceptedReports } from './accepted-reports';
import { adviceFor } from './advice';
import { useRejections } from './hooks';
import { RejectedReports } from './rejected-reports';

/** What the thing reported last, and what of it was rejected. */
export function ReportsTab({ thing: { thingName, lastReportTime } }: { thing: Output<'GetThing'> }) {
  return (
    <SpaceBetween size="l">
      <LatestRejection thingName={thingName} lastReportTime={lastReportTime} />
      <AcceptedReports thingName={thingName} lastReportTime={lastReportTime} />
      <RejectedReports thingName={thingName} />
    </SpaceBetween>
  );
}

/** Says so when the last report of the thing was rejected. */
function LatestRejection({ thingName, lastReportTime = 0 }: { thingName: string; lastReportTime: number | undefined }) {
  const [latest] = useRejections(thingName).query.data?.rejections ?? [];
  if (!latest?.time || latest.time < lastReportTime) return null;
  return (
    <Alert type="warning" header="The last report was rejected">
      <Ago time={latest.time} />: {latest.errorMessage}. {adviceFor(latest)}
    </Alert>
  );
}
