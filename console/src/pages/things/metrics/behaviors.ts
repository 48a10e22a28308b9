import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { call, useCan, type Behavior, type ThingSecurityProfile } from '../../../api';
import { judgedOf } from '../../alarms/series';
import { sameMetric, type MetricKey } from './kept-metric';

/** A behavior with the profile that it is of. */
export interface Applied {
  profile: string;
  behavior: Behavior;
}

/** The behaviors of all profiles that apply to a thing, as far as one may see them. */
export function useAppliedBehaviors(profiles: ThingSecurityProfile[]): Applied[] {
  const may = useCan('DescribeSecurityProfile');
  const names = useMemo(() => [...new Set(profiles.map(({ securityProfileName }) => securityProfileName))], [profiles]);
  return useQueries({
    queries: names.map((securityProfileName) => ({
      queryKey: ['DescribeSecurityProfile', { securityProfileName }],
      queryFn: ({ signal }: { signal: AbortSignal }) => call('DescribeSecurityProfile', { securityProfileName }, { signal }),
      enabled: may,
    })),
    combine: combined,
  });
}

function combined(results: { data: { securityProfileName?: string; behaviors?: Behavior[] } | undefined }[]): Applied[] {
  return results.flatMap(({ data }) => (data?.behaviors ?? []).map((behavior) => ({ profile: data?.securityProfileName ?? '', behavior })));
}

/** Those that judge a metric. */
export function behaviorsOf(applied: Applied[], key: MetricKey): Applied[] {
  return applied.filter(({ behavior: { metric = '', metricDimension } }) => sameMetric({ metricName: metric, metricDimension }, key));
}

/** How values are summed up to be drawn: over so many seconds; 0: as they are kept. */
export function sumsOf(applied: Applied[], kind: string | undefined): number[] {
  const sums = [...new Set(applied.map(({ behavior }) => judgedOf(behavior).sum))].sort((a, b) => a - b);
  // A counter is kept in windows of 5 minutes: those are its shortest sums.
  if (kind === 'counter') return [...new Set([0, ...sums.filter((sum) => sum > 300)])];
  return [...new Set([0, ...sums])];
}

/** The sum that most behaviors judge. */
export function usualSum(applied: Applied[], sums: number[]): number {
  const votes = (sum: number) => applied.filter(({ behavior }) => judgedOf(behavior).sum === sum).length;
  return sums.reduce((best, sum) => (votes(sum) > votes(best) ? sum : best), sums[0] ?? 0);
}

/** Behaviors whose threshold belongs into a chart of that sum. */
export function comparable(applied: Applied[], sum: number, kind: string | undefined): Applied[] {
  return applied.filter(({ behavior }) => {
    const judged = judgedOf(behavior);
    return judged.apart === undefined && (judged.sum === sum || (kind === 'counter' && sum === 0 && judged.sum === 300));
  });
}
