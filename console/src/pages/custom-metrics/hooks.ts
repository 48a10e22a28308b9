import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { call, useAll, useCan, type DescribeCustomMetricResponse } from '../../api';
import { useUserNames } from '../../commons/used-by/hooks';

/** A custom metric of the list. What is read for each of them comes after the names. */
export interface MetricRow {
  name: string;
  metric?: DescribeCustomMetricResponse;
  /** Security profiles that use it; undefined: not known. */
  users?: string[];
}

/** All custom metrics with what the list tells of them. */
export function useMetricRows() {
  const names = useAll('ListCustomMetrics', {});
  const mayDescribe = useCan('DescribeCustomMetric');
  const users = useUserNames((names.data ?? []).map((metricName) => ({ metricName })));
  const metrics = useQueries({
    queries: (names.data ?? []).map((metricName) => ({
      queryKey: ['DescribeCustomMetric', { metricName }],
      queryFn: ({ signal }: { signal: AbortSignal }) => call('DescribeCustomMetric', { metricName }, { signal }),
      enabled: mayDescribe,
    })),
    combine: (results) => results.map(({ data }) => data),
  });
  const data = useMemo(
    () =>
      names.data?.map((name, i): MetricRow => {
        const [metric, using] = [metrics[i], users[i]];
        return { name, ...(metric && { metric }), ...(using && { users: using }) };
      }),
    [names.data, metrics, users],
  );
  return { data, error: names.error, isLoading: names.isLoading, refetch: names.refetch };
}
