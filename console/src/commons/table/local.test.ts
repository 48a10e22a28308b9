import { describe, expect, it } from 'vitest';
import type { FilterOperator, TableConfig } from './config';
import { matches, sorted } from './local';

interface Row {
  name: string;
  size?: number;
}
const rows: Row[] = [{ name: 'cam-10', size: 2 }, { name: 'Cam-2' }, { name: 'lamp', size: 1 }];
const config: TableConfig<Row> = {
  id: 'test',
  one: 'row',
  many: 'rows',
  key: ({ name }) => name,
  columns: [
    { id: 'name', header: 'Name', cell: () => '', value: ({ name }) => name },
    { id: 'size', header: 'Size', cell: () => '', value: ({ size }) => size },
  ],
  filters: [{ key: 'name', label: 'Name', of: ({ name }) => name }],
};

describe('matches', () => {
  it.each<[FilterOperator, string[], string[]]>([
    ['=', ['CAM-2'], ['Cam-2']],
    ['=', ['lamp', 'cam-10'], ['cam-10', 'lamp']],
    ['!=', ['lamp'], ['cam-10', 'Cam-2']],
    [':', ['am'], ['cam-10', 'Cam-2', 'lamp']],
    ['!:', ['cam'], ['lamp']],
    ['^', ['cam'], ['cam-10', 'Cam-2']],
  ])('%s %s', (operator, values, want) => {
    const tokens = values.map((value) => ({ key: 'name', operator, value }));
    expect(rows.filter((row) => matches(config, row, tokens)).map(({ name }) => name)).toEqual(want);
  });
});

describe('sorted', () => {
  it.each([
    ['name', false, ['Cam-2', 'cam-10', 'lamp']],
    ['name', true, ['lamp', 'cam-10', 'Cam-2']],
    ['size', false, ['lamp', 'cam-10', 'Cam-2']],
  ])('%s, descending %s', (column, descending, want) => {
    expect(sorted(config, rows, { column, descending }).map(({ name }) => name)).toEqual(want);
  });
});
