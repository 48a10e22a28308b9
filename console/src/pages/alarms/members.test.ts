import { describe, expect, it } from 'vitest';
import type { Behavior } from '../../api';
import { listsOf } from './lists';
import { memberTest, offending } from './members';

const ports: Behavior = { name: 'ports', metric: 'aws:listening-tcp-ports', criteria: { comparisonOperator: 'in-port-set', value: { ports: [443] } } };
const words: Behavior = { name: 'words', metric: 'w', criteria: { comparisonOperator: 'not-in-set', value: { strings: ['root'] } } };
const bytes: Behavior = { name: 'bytes', metric: 'aws:all-bytes-out', criteria: { comparisonOperator: 'less-than', value: { count: 1 } } };

describe('offending', () => {
  it('keeps the members that are not expected', () => {
    expect(offending(ports, { ports: [23, 443] })).toEqual({ ports: [23] });
    expect(offending(words, { strings: ['root', 'pi'] })).toEqual({ strings: ['root'] });
  });
  it('keeps all where none is to blame, and numbers', () => {
    expect(offending(ports, { ports: [443] })).toEqual({ ports: [443] });
    expect(offending(bytes, { count: 7 })).toEqual({ count: 7 });
    expect(offending(undefined, { ports: [1] })).toEqual({ ports: [1] });
  });
  it('judges numbers not by their members', () => {
    expect(memberTest(bytes)).toBeUndefined();
  });
});

describe('listsOf', () => {
  const kept = (lists: string[][]) => ({ kind: 'ports' as const, times: lists.map((_, i) => i * 300), lists, listIndexes: lists.map((_, i) => i), truncated: false });
  it('marks what is not expected', () => {
    const { lists, normal, left } = listsOf(ports, kept([['443'], ['23', '443']]));
    expect(lists).toEqual([['443'], ['23', '443']]);
    expect([normal?.('443'), normal?.('23'), left]).toEqual([true, false, 0]);
  });
  it('draws of many members those that are not expected', () => {
    const many: Behavior = { ...words };
    const list = [...Array.from({ length: 40 }, (_, i) => `u${i}`), 'root'];
    expect(listsOf(many, kept([list]))).toMatchObject({ lists: [['root']], left: 40 });
  });
});
