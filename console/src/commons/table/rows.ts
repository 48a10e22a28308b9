import { useSearchParams } from 'react-router';
import { usePages, type Input, type Item, type ListName, type QueryOptions } from '../../api';
import type { TableConfig } from './config';
import { matches, sorted } from './local';
import { useTableState, type TableState } from './state';

/** What ResourceTable shows, wherever it comes from. */
export interface Rows<T> {
  config: TableConfig<T>;
  state: TableState;
  items: T[];
  /** Of all pages; undefined: not known. */
  total: number | undefined;
  page: number;
  setPage: (page: number) => void;
  pageCount: number;
  openEnd: boolean;
  loading: boolean;
  stale: boolean;
  error: Error | null;
  retry: () => void;
}

/**
 * Rows of a list that the server filters, sorts and pages. input makes the call's
 * input of what the table shows, mostly: ({ values, order }) => ({ ...values, ...order }).
 */
export function useServerRows<N extends ListName>(
  config: TableConfig<Item<N>>,
  name: N,
  input: (state: TableState) => Input<N>,
  options?: QueryOptions,
): Rows<Item<N>> {
  const state = useTableState(config);
  return { config, state, ...usePages(name, input(state), state.preferences.pageSize, options) };
}

interface Query<T> {
  data: T[] | undefined;
  error: Error | null;
  isLoading: boolean;
  refetch: () => unknown;
}

/** Rows of a list that is all here, as useAll reads it: filtered, sorted and paged in the browser. */
export function useLocalRows<T>(config: TableConfig<T>, query: Query<T>): Rows<T> {
  const state = useTableState(config);
  const [search, setSearch] = useSearchParams();
  const found = sorted(
    config,
    (query.data ?? []).filter((item) => matches(config, item, state.filters)),
    state.sort,
  );
  const size = state.preferences.pageSize;
  const pageCount = Math.max(1, Math.ceil(found.length / size));
  const page = Math.min(pageCount, Math.max(1, Math.trunc(Number(search.get('page'))) || 1));
  return {
    config,
    state,
    items: found.slice((page - 1) * size, page * size),
    total: found.length,
    page,
    setPage: (to) =>
      setSearch((search) => {
        const next = new URLSearchParams(search);
        next.set('page', String(to));
        return next;
      }),
    pageCount,
    openEnd: false,
    loading: query.isLoading,
    stale: false,
    error: query.data ? null : query.error,
    retry: () => void query.refetch(),
  };
}
