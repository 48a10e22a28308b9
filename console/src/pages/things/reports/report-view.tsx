import Box from '@cloudscape-design/components/box';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { AcceptedReport } from '../../../api';
import { JsonView } from '../../../commons/copy/json-view';
import { Facts } from '../../../commons/detail/facts';
import { At } from '../../../commons/time/ago';
import { documentOf, linesOf } from './report-values';

/** One report, as values or as the document under long names. */
export function ReportView({ report, thingName }: { report: AcceptedReport; thingName: string }) {
  const [as, setAs] = useState('values');
  const lines = linesOf(report);
  return (
    <SpaceBetween size="m">
      <SpaceBetween direction="horizontal" size="m" alignItems="center">
        <SegmentedControl
          label="Show the report as"
          selectedId={as}
          options={[
            { id: 'values', text: 'Values' },
            { id: 'json', text: 'JSON' },
          ]}
          onChange={({ detail }) => setAs(detail.selectedId)}
        />
        <Box variant="span" color="text-body-secondary">
          Report {report.reportId}, <At time={report.time} />
        </Box>
      </SpaceBetween>
      {as === 'json' ? (
        <JsonView value={documentOf(report)} fileName={`report-${thingName}-${report.reportId}.json`} />
      ) : lines.length === 0 ? (
        <Box>The report has no metrics.</Box>
      ) : (
        <Facts columns={3} of={Object.fromEntries(lines.map(({ label, value, whole }) => [label, <span title={whole}>{value}</span>]))} />
      )}
    </SpaceBetween>
  );
}
