import { keepPreviousData, MutationCache, QueryCache, QueryClient, useMutation, useQuery, useQueryClient, type QueryKey } from '@tanstack/react-query';
import { call, type Input, type Output } from './client';
import { ApiError } from './error';
import { kindsOf, type Kind } from './kinds';
import type { OperationName } from './operations_gen';

/** The cache of all answers. A call that finds no session drops the one we thought we had. */
export function newQueryClient(): QueryClient {
  const onError = (error: Error) => {
    if (error instanceof ApiError && error.signedOut) client.setQueryData(keyOf('GetSession', {}), null);
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (count, error) => count < 2 && error instanceof ApiError && error.passing,
        refetchOnWindowFocus: true,
      },
    },
  });
  return client;
}

/** Answers are kept by operation and input. */
export function keyOf<N extends OperationName>(name: N, input: Input<N>): QueryKey {
  return [name, input];
}

export interface QueryOptions {
  /** false: do not ask yet. */
  enabled?: boolean;
  /** Show the answer to the input before until the new one is there. */
  keep?: boolean;
  /** Milliseconds; ask again so often. */
  every?: number;
}

/** Asks an operation that reads, and keeps the answer up to date. Answers to inputs of before are dropped. */
export function useOperation<N extends OperationName>(name: N, input: Input<N>, options: QueryOptions = {}) {
  return useQuery<Output<N>, Error>({
    queryKey: keyOf(name, input),
    queryFn: ({ signal }) => call(name, input, { signal }),
    enabled: options.enabled ?? true,
    refetchInterval: options.every ?? false,
    ...(options.keep && { placeholderData: keepPreviousData as never }),
  });
}

/** Calls an operation that changes something; what it may have changed is asked for anew. */
export function useMutationOf<N extends OperationName>(name: N, done?: (output: Output<N>, input: Input<N>) => void) {
  const client = useQueryClient();
  return useMutation<Output<N>, Error, Input<N>>({
    mutationFn: (input) => call(name, input),
    onSuccess: async (output, input) => {
      const refreshed = invalidate(client, kindsOf(name));
      done?.(output, input);
      await refreshed;
    },
  });
}

/** Asks anew for all that is shown of resources of these kinds. */
export function invalidate(client: QueryClient, kinds: Kind[]): Promise<void> {
  return client.invalidateQueries({
    predicate: (query) => kindsOf(query.queryKey[0] as OperationName).some((kind) => kinds.includes(kind)),
  });
}
