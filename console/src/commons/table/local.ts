import type { FilterOperator, FilterToken, Sort, TableConfig } from './config';

const tests: Record<FilterOperator, { of: (value: string, want: string) => boolean; wanted: boolean }> = {
  '=': { of: (value, want) => value === want, wanted: true },
  '!=': { of: (value, want) => value === want, wanted: false },
  ':': { of: (value, want) => value.includes(want), wanted: true },
  '!:': { of: (value, want) => value.includes(want), wanted: false },
  '^': { of: (value, want) => value.startsWith(want), wanted: true },
};

/** Whether an item passes all filters; those of one key and one operator are alternatives. */
export function matches<T>({ filters = [] }: TableConfig<T>, item: T, tokens: FilterToken[]): boolean {
  return tokens.every(({ key, operator }) => {
    const of = filters.find((property) => property.key === key)?.of;
    if (!of) return true;
    const values = [of(item)].flat().flatMap((value) => (value === undefined ? [] : [value.toLowerCase()]));
    const wants = tokens.filter((token) => token.key === key && token.operator === operator).map(({ value }) => value.toLowerCase());
    const test = tests[operator];
    return wants.some((want) => values.some((value) => test.of(value, want))) === test.wanted;
  });
}

const names = new Intl.Collator('en', { numeric: true });

export function sorted<T>({ columns }: TableConfig<T>, items: T[], sort: Sort | undefined): T[] {
  const value = sort && columns.find(({ id }) => id === sort.column)?.value;
  if (!value) return items;
  const sign = sort.descending ? -1 : 1;
  return [...items].sort((a, b) => sign * compare(value(a), value(b)));
}

/** What has no value comes last when ascending. */
function compare(a: string | number | undefined, b: string | number | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return names.compare(String(a), String(b));
}
