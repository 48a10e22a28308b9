import { describe, expect, it } from 'vitest';
import { filterFault, lines, topicFault, usable } from './filter';

describe('filterFault', () => {
  it.each(['a', 'a/+/b', '+', '#', 'a/#', '/', '+/+/#', 'devices/${iot:ClientId}/#', 'x'.repeat(256)])('takes %s', (filter) => {
    expect(filterFault(filter)).toBeUndefined();
  });
  it.each([
    ['', /Type/],
    ['a/b+/c', /whole level/],
    ['a/#/b', /last/],
    ['a#', /alone/],
    ['a\0', /null/],
    ['x'.repeat(257), /256/],
  ])('refuses %j', (filter, why) => {
    expect(filterFault(filter)).toMatch(why);
  });
});

it('tells topics from filters', () => {
  expect(topicFault('a/b')).toBeUndefined();
  expect(topicFault('')).toBeUndefined();
  expect(topicFault('a/+')).toMatch(/without/);
  expect(topicFault('a/#')).toMatch(/without/);
});

it('tries only what is right', () => {
  expect(usable(['a/#', '', 'a#b', 'c'])).toEqual(['a/#', 'c']);
});

it('reads one filter of each line', () => {
  expect(lines('a/#\r\n\n  b/+ \nc')).toEqual(['a/#', 'b/+', 'c']);
});
