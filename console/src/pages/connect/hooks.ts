import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { operations, useLive, useOperation, useSession, useWatchedThing, type OperationName, type Session } from '../../api';
import { rootCertificate } from '../../api/root-ca';
import type { Made } from './model/made';
import { missing } from './model/permissions';
import { progressOf, type Progress } from './model/progress';

/** The root certificate of the server. */
export function useRootCa(enabled: boolean) {
  return useQuery<string, Error>({ queryKey: ['root-ca'], queryFn: ({ signal }) => rootCertificate(signal), enabled, staleTime: Infinity });
}

export function canOf(session: Session | undefined): (operation: OperationName) => boolean {
  const actions = session?.actions as Partial<Record<string, string>> | undefined;
  return (operation) => (actions?.[operations[operation].action] ?? 'DENIED') !== 'DENIED';
}

/** Permissions that this page would need and are missing. */
export function useMissing() {
  return missing(canOf(useSession()));
}

/** Milliseconds; live events are faster. */
const askEvery = 3000;

/** Follows a device until its first report is there. */
export function useProgress({ thingName, before }: Made): Progress {
  const client = useQueryClient();
  const [reported, setReported] = useState<number>();
  const arrived = reported !== undefined;
  const every = arrived ? {} : { every: askEvery };
  const thing = useOperation('GetThing', { thingName }, every);
  const rejections = useOperation('ListReportRejections', { thingName }, every);
  useWatchedThing(thingName);
  useLive('report', ({ time }) => {
    setReported((first) => first ?? time);
    void client.invalidateQueries({ queryKey: ['GetThing'] });
  });
  useLive('rejection', () => void client.invalidateQueries({ queryKey: ['ListReportRejections'] }));
  const progress = progressOf(before, thing.data, rejections.data?.rejections ?? [], reported);
  // Stays, whatever comes later.
  if (progress.kind === 'arrived' && !arrived) setReported(progress.at);
  return progress;
}
