import { describe, expect, it } from 'vitest';
import type { TableConfig } from './config';
import { filterQuery, readFilters, readSort, writeFilters, writeSort } from './url';

const config: TableConfig<object> = {
  id: 'test',
  one: 'one',
  many: 'many',
  key: () => '',
  columns: [
    { id: 'name', header: 'Name', cell: () => '', sortBy: 'thingName' },
    { id: 'plain', header: 'Plain', cell: () => '' },
  ],
  filters: [
    { key: 'thingName', label: 'Thing', operators: ['=', '^'] },
    { key: 'state', label: 'State', values: [{ value: 'active', label: 'Active' }] },
  ],
  sort: { column: 'name', descending: false },
};
const filters = config.filters ?? [];
const read = (query: string) => readFilters(new URLSearchParams(query), filters);

describe('filters in the URL', () => {
  it('are read as they were written', () => {
    const tokens = [
      { key: 'thingName', operator: '=' as const, value: 'cam 1&x' },
      { key: 'thingName', operator: '^' as const, value: 'lobby-' },
      { key: 'state', operator: '=' as const, value: 'active' },
    ];
    const search = writeFilters(new URLSearchParams('tab=alarms&page=3&state=old'), filters, tokens);
    expect(search.toString()).toBe('tab=alarms&thingName=cam+1%26x&thingName%5E=lobby-&state=active');
    expect(readFilters(new URLSearchParams(search.toString()), filters)).toEqual(tokens);
  });
  it.each(['state=broken', 'thingName=', `thingName=${'x'.repeat(257)}`, 'unknown=1', 'thingName!=x'])('drop what does not fit: %s', (query) => {
    expect(read(query)).toEqual([]);
  });
});

describe('sorting in the URL', () => {
  it('is read as it was written', () => {
    const search = writeSort(new URLSearchParams('page=2'), { column: 'name', descending: true });
    expect(search.toString()).toBe('sort=-name');
    expect(readSort(search, config)).toEqual({ column: 'name', descending: true });
  });
  it.each(['sort=plain', 'sort=-nothing', ''])('falls back from %s', (query) => {
    expect(readSort(new URLSearchParams(query), config)).toEqual(config.sort);
  });
});

describe('filterQuery', () => {
  it('leaves out what is absent', () => {
    expect(filterQuery({ a: 'x y', b: undefined })).toBe('?a=x+y');
    expect(filterQuery({})).toBe('');
  });
});
