import { expect, test } from 'vitest';
import { flatten, rowsOf } from './tree';

const group = (groupName: string) => ({ groupName, groupArn: `arn:${groupName}` });
const children = new Map([
  ['hq', [group('lobby'), group('roof')]],
  ['lobby', [group('doors')]],
  ['roof', []],
]);

test('a tree is as deep as it is open', () => {
  const [hq] = rowsOf([group('hq')], children, new Set(['hq']));
  expect(hq?.children?.map(({ name, children }) => [name, children?.length])).toEqual([
    ['lobby', 1],
    ['roof', 0],
  ]);
  expect(hq?.children?.[0]?.children?.[0]).toEqual({ name: 'doors', arn: 'arn:doors', children: undefined });
});

test('whether a group has others below it is not known before it was asked for', () => {
  expect(rowsOf([group('new')], children, new Set())).toEqual([{ name: 'new', arn: 'arn:new', children: undefined }]);
});

test('all rows of a tree', () => {
  const rows = rowsOf([group('hq')], children, new Set(['hq', 'lobby']));
  expect(flatten(rows).map(({ name }) => name)).toEqual(['hq', 'lobby', 'doors', 'roof']);
});
