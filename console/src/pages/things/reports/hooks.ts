import { useEffect, useRef, useState } from 'react';
import { useCan, useLive, useOperation, type AcceptedReport } from '../../../api';

/** How often the list is asked for at most while reports arrive. Milliseconds. */
const soonest = 2000;

/** The last accepted reports. New ones come by themselves while follow is true; else they are counted. */
export function useReports(thingName: string, follow: boolean) {
  const may = useCan('ListAcceptedReports');
  const query = useOperation('ListAcceptedReports', { thingName }, { enabled: may && follow });
  const [missed, setMissed] = useState(0);
  const ask = useThrottled(() => void query.refetch());
  useLive('report', () => {
    if (follow) ask();
    else setMissed((count) => count + 1);
  });
  if (follow && missed > 0) setMissed(0);
  return { may, query, missed };
}

/** Why reports were rejected, the newest first; new ones come by themselves. */
export function useRejections(thingName: string) {
  const may = useCan('ListReportRejections');
  const query = useOperation('ListReportRejections', { thingName }, { enabled: may });
  const ask = useThrottled(() => void query.refetch());
  useLive('rejection', ask);
  return { may, query };
}

/** Calls fn at once, and again after a while for all calls in between. */
function useThrottled(fn: () => void): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const again = useRef(false);
  useEffect(() => () => clearTimeout(timer.current), []);
  const run = () => {
    if (timer.current !== undefined) {
      again.current = true;
      return;
    }
    fn();
    timer.current = setTimeout(() => {
      timer.current = undefined;
      if (!again.current) return;
      again.current = false;
      run();
    }, soonest);
  };
  return run;
}

/** The report that is shown: the one that was chosen as long as it is there, or else the newest. */
export function shownReport(reports: AcceptedReport[], chosen: string | undefined, key: (report: AcceptedReport) => string): AcceptedReport | undefined {
  return reports.find((report) => key(report) === chosen) ?? reports[0];
}
