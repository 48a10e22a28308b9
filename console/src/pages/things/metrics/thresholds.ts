import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { call, useCan, type Threshold } from '../../../api';
import type { Applied } from './behaviors';

/** A statistical behavior with its thresholds over time. */
export interface Moving extends Applied {
  thresholds: Threshold[];
}

/** The moving thresholds of statistical behaviors; not of the others. */
export function useMovingThresholds(applied: Applied[], startTime: number, endTime: number): Moving[] {
  const may = useCan('ListThresholds');
  const statistical = useMemo(() => applied.filter(({ behavior }) => behavior.criteria?.statisticalThreshold), [applied]);
  const answers = useQueries({
    queries: statistical.map(({ profile, behavior }) => {
      // The threshold of a window judges the next one.
      const input = { profile, behavior: behavior.name, startTime: startTime - 2 * (behavior.criteria?.durationSeconds ?? 300), endTime, maxResults: 1000 };
      return { queryKey: ['ListThresholds', input], queryFn: ({ signal }: { signal: AbortSignal }) => call('ListThresholds', input, { signal }), enabled: may, refetchInterval: 60_000 };
    }),
    combine: thresholdsOf,
  });
  return useMemo(() => statistical.map((one, i) => ({ ...one, thresholds: answers[i] ?? [] })), [statistical, answers]);
}

function thresholdsOf(results: { data: { thresholds?: Threshold[] } | undefined }[]): Threshold[][] {
  return results.map(({ data }) => data?.thresholds ?? []);
}
