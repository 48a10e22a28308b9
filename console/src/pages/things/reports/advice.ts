import type { ReportRejection } from '../../../api';

/** What to do about a report that was rejected. */
export function adviceFor({ errorCode, errorMessage = '' }: Pick<ReportRejection, 'errorCode' | 'errorMessage'>): string {
  switch (errorCode) {
    case 'InvalidPayload':
      if (/header/i.test(errorMessage)) return 'Give the report a header with report_id, which grows from report to report, and version "1.0".';
      if (/larger than/i.test(errorMessage)) return 'Send less in one report: fewer members of lists, or fewer custom metrics.';
      if (/at byte/i.test(errorMessage)) return 'The payload is not well-formed. Look at what the device sends, and whether it sends JSON to …/json and CBOR to …/cbor.';
      return 'Correct what the message names in what the device sends. The device must not send the same report again.';
    case 'Throttled':
      return 'The device reports more often than is taken, or the whole fleet does. Send one report in 5 minutes, or lower the interval that the server asks for.';
    case 'InternalError':
      return 'The server could not store the report. Look at the health on the overview; the device should send it again.';
    default:
      return 'Look at the message, and correct what the device sends.';
  }
}
