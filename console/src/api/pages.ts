import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type Input, type Output } from './client';
import { operations, type ListName, type Operations } from './operations_gen';
import { keyOf, type QueryOptions } from './queries';

export type Item<N extends ListName> = Operations[N]['item'];

export interface Pages<T> {
  items: T[];
  /** Of all pages, where the server says so. */
  total: number | undefined;
  /** From 1. */
  page: number;
  setPage: (page: number) => void;
  /** Pages that are known; with openEnd there are more. */
  pageCount: number;
  openEnd: boolean;
  /** Nothing is there to show yet. */
  loading: boolean;
  /** What is shown is of another page or filter, until the answer comes. */
  stale: boolean;
  error: Error | null;
  retry: () => void;
}

/** Reads a list page by page: the server filters, sorts and cuts. */
export function usePages<N extends ListName>(name: N, input: Input<N>, pageSize: number, options: QueryOptions = {}): Pages<Item<N>> {
  const identity = JSON.stringify([name, input, pageSize]);
  const [place, setPlace] = useState<Place>(start(identity));
  // Another filter begins at its first page, within the same render.
  const { page, tokens } = place.identity === identity ? place : start(identity);
  const paged = withPage(name, input, tokens[page - 1], pageSize);
  const query = useQuery<Output<N>, Error>({
    queryKey: keyOf(name, paged),
    queryFn: ({ signal }) => call(name, paged, { signal }),
    enabled: options.enabled ?? true,
    refetchInterval: options.every ?? false,
    placeholderData: keepPreviousData as never,
  });
  const { items, next, total } = contentOf(name, query.data);
  const known = query.isPlaceholderData ? tokens : [...tokens.slice(0, page), ...(next ? [next] : [])];
  return {
    items,
    total,
    page,
    setPage: (to) => {
      if (to >= 1 && to <= known.length) setPlace({ identity, page: to, tokens: known });
    },
    pageCount: Math.max(1, known.length),
    openEnd: Boolean(next) && page === known.length - 1,
    loading: query.isLoading,
    stale: query.isPlaceholderData,
    error: query.error,
    retry: () => void query.refetch(),
  };
}

interface Place {
  identity: string;
  page: number;
  /** tokens[i] leads to page i+1; the first page has none. */
  tokens: (string | undefined)[];
}

function start(identity: string): Place {
  return { identity, page: 1, tokens: [undefined] };
}

function withPage<N extends ListName>(name: N, input: Input<N>, token: string | undefined, size: number): Input<N> {
  const page = operations[name].page;
  if (!page) return input;
  return { ...input, ...(token && { [page.token]: token }), ...(page.limit && { [page.limit]: size }) };
}

function contentOf<N extends ListName>(name: N, output: Output<N> | undefined) {
  const page = operations[name].page;
  const fields = (output ?? {}) as Record<string, unknown>;
  return {
    items: ((page && fields[page.items]) ?? []) as Item<N>[],
    next: page && (fields[page.next] as string | undefined),
    total: typeof fields.total === 'number' ? fields.total : undefined,
  };
}

/** The most that useAll reads. */
export const allLimit = 2000;

/** Reads a whole list, for choices and lists that stay short: at most allLimit items. */
export function useAll<N extends ListName>(name: N, input: Input<N>, options: QueryOptions = {}) {
  return useQuery<Item<N>[], Error>({
    queryKey: [name, input, 'all'],
    enabled: options.enabled ?? true,
    refetchInterval: options.every ?? false,
    queryFn: async ({ signal }) => {
      const all: Item<N>[] = [];
      let token: string | undefined;
      do {
        const { items, next } = contentOf(name, await call(name, withPage(name, input, token, 100), { signal }));
        all.push(...items);
        token = next;
      } while (token && all.length < allLimit);
      return all;
    },
  });
}
