import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import Toggle from '@cloudscape-design/components/toggle';
import { useState } from 'react';
import type { AcceptedReport, Output } from '../../../api';
import { formatTime, plural } from '../../../commons/format';
import { Answer } from '../../../commons/states/answer';
import { Empty } from '../../../commons/states/empty';
import { Ago } from '../../../commons/time/ago';
import { shownReport, useReports } from './hooks';
import { keyOf, summaryOf } from './report-values';
import { ReportView } from './report-view';

/** The last accepted reports, and one of them in full. */
export function AcceptedReports({ thingName, lastReportTime }: { thingName: string; lastReportTime: number | undefined }) {
  const [follow, setFollow] = useState(true);
  const { may, query, missed } = useReports(thingName, follow);
  if (!may) return null;
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="As far as the log still has them. Local ports and interfaces are not kept."
          actions={
            <SpaceBetween direction="horizontal" size="m" alignItems="center">
              {missed > 0 && <Box variant="span">{plural(missed, 'new report')}</Box>}
              <Toggle checked={follow} onChange={({ detail }) => setFollow(detail.checked)}>
                Show new reports as they come
              </Toggle>
            </SpaceBetween>
          }
        >
          Accepted reports
        </Header>
      }
    >
      <Answer query={query} what="Accepted reports">
        {(answer) => (answer.reports.length > 0 ? <Reports thingName={thingName} reports={answer.reports} /> : <NoReports answer={answer} lastReportTime={lastReportTime} />)}
      </Answer>
    </Container>
  );
}

function Reports({ thingName, reports }: { thingName: string; reports: AcceptedReport[] }) {
  const [chosen, choose] = useState<string>();
  const shown = shownReport(reports, chosen, keyOf);
  return (
    <SpaceBetween size="l">
      {shown && <ReportView report={shown} thingName={thingName} />}
      <Table
        variant="embedded"
        contentDensity="compact"
        items={reports}
        trackBy={keyOf}
        selectionType="single"
        selectedItems={shown ? [shown] : []}
        onSelectionChange={({ detail }) => choose(detail.selectedItems[0] && keyOf(detail.selectedItems[0]))}
        onRowClick={({ detail }) => choose(keyOf(detail.item))}
        ariaLabels={{ tableLabel: 'Accepted reports', selectionGroupLabel: 'Report to show', itemSelectionLabel: (_, report) => `Show the report of ${formatTime(report.time)}` }}
        columnDefinitions={[
          { id: 'time', header: 'Arrived', cell: ({ time }) => <Ago time={time} />, isRowHeader: true, minWidth: 110 },
          { id: 'id', header: 'Report ID', cell: ({ reportId }) => <span className="vedette-number">{reportId}</span>, minWidth: 120 },
          { id: 'summary', header: 'Says', cell: summaryOf, minWidth: 220 },
        ]}
      />
    </SpaceBetween>
  );
}

function NoReports({ answer: { searchedFrom }, lastReportTime }: { answer: Output<'ListAcceptedReports'>; lastReportTime: number | undefined }) {
  if (lastReportTime === undefined) {
    return <Empty title="No accepted reports">This thing has never sent a report that was accepted. Reports go to the topic $aws/things/NAME/defender/metrics/json.</Empty>;
  }
  return (
    <Empty title="The log does not have them any more">
      The last report arrived <Ago time={lastReportTime} />
      {searchedFrom !== undefined && <>; the log was searched from {formatTime(searchedFrom)} on</>}. Its values are kept: see Defender metrics.
    </Empty>
  );
}
