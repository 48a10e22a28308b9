import type { FilterOperator, FilterProperty, FilterToken, Sort, TableConfig } from './config';

// What a table shows stands in the URL: ?securityProfileName=cams&thingName^=lobby-&sort=-startTime
// Everything is checked when it is read; what does not fit is left out.

const suffix: Record<FilterOperator, string> = { '=': '', '!=': '!', ':': '~', '!:': '!~', '^': '^' };
const longest = 256;

export function readFilters<T>(search: URLSearchParams, properties: FilterProperty<T>[]): FilterToken[] {
  const tokens: FilterToken[] = [];
  for (const property of properties) {
    for (const operator of property.operators ?? ['=']) {
      for (const value of search.getAll(property.key + suffix[operator])) {
        if (fits(property, operator, value)) tokens.push({ key: property.key, operator, value });
      }
    }
  }
  return tokens;
}

function fits<T>({ values }: FilterProperty<T>, operator: FilterOperator, value: string): boolean {
  if (value === '' || value.length > longest) return false;
  return !values || operator === ':' || operator === '!:' || values.some((one) => one.value === value);
}

export function writeFilters<T>(search: URLSearchParams, properties: FilterProperty<T>[], tokens: FilterToken[]): URLSearchParams {
  const next = new URLSearchParams(search);
  for (const property of properties) {
    for (const end of Object.values(suffix)) next.delete(property.key + end);
  }
  for (const { key, operator, value } of tokens) next.append(key + suffix[operator], value);
  next.delete('page');
  return next;
}

export function readSort<T>(search: URLSearchParams, { columns, sort }: TableConfig<T>): Sort | undefined {
  const text = search.get('sort') ?? '';
  const descending = text.startsWith('-');
  const id = descending ? text.slice(1) : text;
  const column = columns.find((column) => column.id === id && (column.sortBy || column.value));
  return column ? { column: column.id, descending } : sort;
}

export function writeSort(search: URLSearchParams, sort: Sort): URLSearchParams {
  const next = new URLSearchParams(search);
  next.set('sort', (sort.descending ? '-' : '') + sort.column);
  next.delete('page');
  return next;
}

/** A query for a link to a filtered table: filterQuery({ securityProfileName: 'cams' }). */
export function filterQuery(values: Record<string, string | undefined>): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) if (value) search.set(key, value);
  return search.size > 0 ? `?${search}` : '';
}
