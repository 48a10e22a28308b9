import type { ReactNode } from 'react';
import { Failure } from './failure';
import { Loading } from './loading';

interface Query<T> {
  data: T | undefined;
  error: Error | null;
  refetch: () => unknown;
}

/** The answer of a query: loading, error and content in one place. An old answer stays through a passing failure. */
export function Answer<T>({ query, what, children }: { query: Query<T>; what: string; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Failure what={`${what} cannot be shown`} error={query.error} retry={() => void query.refetch()} />;
  return <Loading />;
}
