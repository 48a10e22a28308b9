import type { ReportRejection } from '../../../api';

/** What to do about a report that was rejected. */
export function adviceOn({ errorCode = '', errorMessage = '' }: ReportRejection): string {
  if (errorCode === 'Throttled') return 'Reports come too fast. Wait longer between two of them: five minutes is usual. The least time is the server\'s --min-report-interval.';
  if (errorCode === 'InternalError') return 'The report was well formed, but the server could not store it. Look at its health on the overview and at its log, then send the report again.';
  const known = table.find(([pattern]) => pattern.test(errorMessage));
  return known?.[1] ?? 'The message says where in the report the fault is and what is wrong there. Correct it and send the report again.';
}

const table: [RegExp, string][] = [
  [/report_id/, 'report_id has to be an integer, such as the time in seconds.'],
  [/version/, 'version has to be a text that begins with "1.", such as "1.0".'],
  [/header/, 'Every report begins with a header: {"header": {"report_id": 1767225600, "version": "1.0"}, …}, with an integer for an id.'],
  [/at byte/, 'The report is not well-formed JSON or CBOR. Look at the quotes: in a shell, put the report into single quotes. Publish CBOR on …/metrics/cbor.'],
  [/negative/, 'Counts are those since the last report, so none is negative: begin anew when a counter of the device was reset.'],
  [/larger than/, 'A report has at most 128 KiB. Leave out parts of its lists and give their full length in total.'],
  [/thing name/, 'The name in the topic is that of the thing.'],
];
