import { useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { writePreference } from '../preferences';
import type { FilterToken, Sort, TableConfig } from './config';
import { readTablePreferences, type TablePreferences } from './preferences';
import { readFilters, readSort, writeFilters, writeSort } from './url';

export interface TableState {
  filters: FilterToken[];
  setFilters: (tokens: FilterToken[]) => void;
  sort: Sort | undefined;
  setSort: (sort: Sort) => void;
  preferences: TablePreferences;
  setPreferences: (preferences: TablePreferences) => void;
  /** Values of '=' filters by key, the last one of each; of '^' by key + "Prefix". For calls. */
  values: Record<string, string>;
  /** What the server sorts by, and the order. */
  order: { sort: string; order: 'asc' | 'desc' } | undefined;
}

/** What a table shows: filters and sorting in the URL, preferences in this browser. */
export function useTableState<T>(config: TableConfig<T>): TableState {
  const [search, setSearch] = useSearchParams();
  const filters = useMemo(() => readFilters(search, config.filters ?? []), [search, config]);
  const sort = readSort(search, config);
  const [preferences, setPreferences] = useState(() => readTablePreferences(config));
  return {
    filters,
    setFilters: (tokens) => setSearch((search) => writeFilters(search, config.filters ?? [], tokens), { replace: true }),
    sort,
    setSort: (sort) => setSearch((search) => writeSort(search, sort), { replace: true }),
    preferences,
    setPreferences: (preferences) => {
      setPreferences(preferences);
      writePreference(`table.${config.id}`, preferences);
    },
    values: useMemo(() => valuesOf(filters), [filters]),
    order: orderOf(config, sort),
  };
}

function valuesOf(filters: FilterToken[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const { key, operator, value } of filters) {
    if (operator === '=') values[key] = value;
    if (operator === '^') values[`${key}Prefix`] = value;
  }
  return values;
}

function orderOf<T>({ columns }: TableConfig<T>, sort: Sort | undefined): TableState['order'] {
  const by = sort && columns.find(({ id }) => id === sort.column)?.sortBy;
  return by ? { sort: by, order: sort.descending ? 'desc' : 'asc' } : undefined;
}
