import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { call, useAll, useCan, type DescribeDimensionResponse } from '../../api';
import { useUserNames } from '../../commons/used-by/hooks';

/** A dimension of the list. What is read for each of them comes after the names. */
export interface DimensionRow {
  name: string;
  dimension?: DescribeDimensionResponse;
  /** Security profiles that use it; undefined: not known. */
  users?: string[];
}

/** All dimensions with what the list tells of them. */
export function useDimensionRows() {
  const names = useAll('ListDimensions', {});
  const mayDescribe = useCan('DescribeDimension');
  const users = useUserNames((names.data ?? []).map((dimensionName) => ({ dimensionName })));
  const dimensions = useQueries({
    queries: (names.data ?? []).map((name) => ({
      queryKey: ['DescribeDimension', { name }],
      queryFn: ({ signal }: { signal: AbortSignal }) => call('DescribeDimension', { name }, { signal }),
      enabled: mayDescribe,
    })),
    combine: (results) => results.map(({ data }) => data),
  });
  const data = useMemo(
    () =>
      names.data?.map((name, i): DimensionRow => {
        const [dimension, using] = [dimensions[i], users[i]];
        return { name, ...(dimension && { dimension }), ...(using && { users: using }) };
      }),
    [names.data, dimensions, users],
  );
  return { data, error: names.error, isLoading: names.isLoading, refetch: names.refetch };
}
