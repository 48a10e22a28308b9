import type { GetThingResponse, ReportRejection } from '../../../api';
import type { Before } from './made';

/** How far a device has come. */
export type Progress =
  | { kind: 'waiting' }
  /** since: seconds */
  | { kind: 'connected'; since: number | undefined }
  /** It was connected, and is no more, without a report. */
  | { kind: 'left'; at: number }
  | { kind: 'rejected'; rejection: ReportRejection }
  | { kind: 'arrived'; at: number };

type Known = Pick<GetThingResponse, 'connected' | 'connectedSince' | 'disconnectedSince' | 'lastReportTime'>;

/** What the server knows, against what it knew before the device got its certificate. */
export function progressOf(before: Before, thing: Known | undefined, rejections: ReportRejection[], reported: number | undefined): Progress {
  const report = Math.max(thing?.lastReportTime ?? 0, reported ?? 0);
  const latest = rejections.reduce<ReportRejection | undefined>((newest, one) => ((one.time ?? 0) > (newest?.time ?? 0) ? one : newest), undefined);
  const rejected = latest !== undefined && (latest.time ?? 0) > before.rejection;
  if (report > before.report) return { kind: 'arrived', at: report };
  if (rejected) return { kind: 'rejected', rejection: latest };
  if (thing?.connected) return { kind: 'connected', since: thing.connectedSince };
  if (thing?.disconnectedSince !== undefined && thing.disconnectedSince > before.connection) return { kind: 'left', at: thing.disconnectedSince };
  return { kind: 'waiting' };
}
