import { describe, expect, it } from 'vitest';
import type { LiveEvents } from '../../api';
import { readFilters } from '../../commons/table/url';
import { eventFilters, noSuggestions } from './filters';
import { alarmsInput, eventsInput, filtersOf, filtersOfAlarms, mayShow, onePerKey } from './input';

describe('filters', () => {
  it('become parameters of the server', () => {
    expect(filtersOf({ thingNamePrefix: 'cam-', suppressed: 'false' })).toEqual({ thingNamePrefix: 'cam-', suppressed: false });
    expect(filtersOf({})).toEqual({});
    expect(filtersOfAlarms({ violationEventType: 'in-alarm', thingName: 'x' })).toEqual({ thingName: 'x' });
  });
  it('go with time and order', () => {
    const order = { sort: 'thingName', order: 'asc' as const };
    expect(alarmsInput({ values: { thingName: 'x' }, order }, { startTime: 5 })).toEqual({ thingName: 'x', startTime: 5, ...order });
    expect(eventsInput({ values: {}, sort: { column: 'time', descending: false } }, { startTime: 5, endTime: 6 })).toEqual({ startTime: 5, endTime: 6, order: 'asc' });
    expect(eventsInput({ values: {}, sort: undefined }, {})).toEqual({ order: 'desc' });
  });
  it('hold each parameter once, the newest', () => {
    const token = (value: string, operator: '=' | '^' = '=') => ({ key: 'thingName', operator, value });
    expect(onePerKey([token('a'), token('b'), token('c', '^')])).toEqual([token('b'), token('c', '^')]);
  });
  it('are checked when the URL is read', () => {
    const read = (query: string) => readFilters(new URLSearchParams(query), eventFilters(noSuggestions)).length;
    expect(read('verificationState=UNKNOWN&behaviorCriteriaType=STATIC&violationEventType=in-alarm&suppressed=true&thingName^=cam')).toBe(5);
    expect(read('verificationState=GUILTY&suppressed=yes&violationEventType=x&nothing=1')).toBe(0);
  });
});

describe('mayShow', () => {
  const event: LiveEvents['violation'] = {
    violationId: 'v',
    thingName: 'cam-1',
    securityProfileName: 'cams',
    behavior: { name: 'loud', metric: 'aws:all-bytes-out', criteria: { statisticalThreshold: { statistic: 'p99' } } },
    violationEventType: 'in-alarm',
    violationEventTime: 1,
  };
  it.each([
    [{}, true],
    [{ thingName: 'cam-1', securityProfileName: 'cams', behaviorName: 'loud', metricName: 'aws:all-bytes-out' }, true],
    [{ thingNamePrefix: 'cam-' }, true],
    [{ thingNamePrefix: 'door-' }, false],
    [{ thingName: 'cam-2' }, false],
    [{ behaviorCriteriaType: 'STATISTICAL' as const }, true],
    [{ behaviorCriteriaType: 'STATIC' as const }, false],
    [{ verificationState: 'TRUE_POSITIVE' as const }, false],
    [{ suppressed: true }, false],
    [{ suppressed: false }, true],
    [{ thingGroupName: 'any' }, true],
    [{ violationEventType: 'in-alarm' as const }, true],
    [{ violationEventType: 'alarm-cleared' as const }, false],
  ])('%o: %s', (filters, want) => {
    expect(mayShow(filters, event)).toBe(want);
  });
});
