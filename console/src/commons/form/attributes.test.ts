import { expect, test } from 'vitest';
import { attributeFault, attributesOf, rowsOf } from './attributes';

test('attributes become rows and back, without spaces around', () => {
  expect(attributesOf(rowsOf({ floor: '2', room: 'a' }))).toEqual({ floor: '2', room: 'a' });
  expect(attributesOf([{ name: ' floor ', value: ' 2 ' }])).toEqual({ floor: '2' });
  expect(rowsOf(undefined)).toEqual([]);
});

test.each([
  ['floor', '2', undefined],
  ['', '2', 'name'],
  ['my floor', '2', 'name'],
  ['floor', '', 'value'],
  ['floor', 'two words', 'value'],
  ['list', '[1]', undefined],
])('name %j, value %j: fault at %s', (name, value, member) => {
  const row = { name, value };
  expect(attributeFault(row, [row])?.member).toBe(member);
});

test('a name occurs once', () => {
  const rows = [
    { name: 'floor', value: '1' },
    { name: ' floor', value: '2' },
  ];
  expect(rows.map((row) => attributeFault(row, rows)?.member)).toEqual(['name', 'name']);
});
