import { expect, test } from 'vitest';
import { onePerKey, searchInput } from './input';

test('the filter becomes the parameters of SearchThings', () => {
  expect(searchInput({ searchPrefix: 'cam-', state: 'silent', thingGroupName: 'g' }, { sort: 'lastReportTime', order: 'desc' })).toEqual({
    search: 'cam-',
    state: 'silent',
    thingGroupName: 'g',
    sort: 'lastReportTime',
    order: 'desc',
  });
  expect(searchInput({}, undefined)).toEqual({});
});

test('of two filters by the same thing the newer one stays', () => {
  const token = (key: string, value: string) => ({ key, operator: '=' as const, value });
  expect(onePerKey([token('state', 'silent'), token('thingGroupName', 'g'), token('state', 'inAlarm')])).toEqual([token('thingGroupName', 'g'), token('state', 'inAlarm')]);
});
