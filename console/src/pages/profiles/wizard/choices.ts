import { useQueries } from '@tanstack/react-query';
import { call, useAll, useCan, type DescribeCustomMetricResponse } from '../../../api';
import { groupOfTarget } from '../model/target';
import type { CustomTypes } from '../model/validate';

/** What the forms offer to choose from. */
export interface Choices {
  /** Custom metrics by name; those whose type is not known yet are not there. */
  custom: CustomTypes;
  dimensions: string[];
  /** Things whose values are shown behind thresholds; undefined: all. */
  thingGroupName: string | undefined;
}

export function useChoices(targets: string[]): Choices {
  const dimensions = useAll('ListDimensions', {}, { enabled: useCan('ListDimensions') });
  const names = useAll('ListCustomMetrics', {}, { enabled: useCan('ListCustomMetrics') });
  const mayDescribe = useCan('DescribeCustomMetric');
  const custom = useQueries({
    queries: (names.data ?? []).map((metricName) => ({
      queryKey: ['DescribeCustomMetric', { metricName }],
      queryFn: ({ signal }: { signal: AbortSignal }) => call('DescribeCustomMetric', { metricName }, { signal }),
      enabled: mayDescribe,
    })),
    combine: (results) => typesOf(results.map(({ data }) => data)),
  });
  const [first, ...more] = targets;
  return {
    custom,
    dimensions: dimensions.data ?? [],
    thingGroupName: first !== undefined && more.length === 0 ? groupOfTarget(first) : undefined,
  };
}

function typesOf(metrics: (DescribeCustomMetricResponse | undefined)[]): CustomTypes {
  return Object.fromEntries(metrics.flatMap((metric) => (metric?.metricName && metric.metricType ? [[metric.metricName, metric.metricType]] : [])));
}
