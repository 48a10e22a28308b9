import { describe, expect, it } from 'vitest';
import type { LiveEvents, Violation } from '../../api';
import { readFilters } from '../../commons/table/url';
import { eventFilters, noSuggestions } from './filters';
import { renewed } from './hooks';
import { filtersOf, filtersOfAlarms, mayShow, onePerKey } from './input';

describe('filters', () => {
  it('become parameters of the server', () => {
    expect(filtersOf({ thingNamePrefix: 'cam-', suppressed: 'false' })).toEqual({ thingNamePrefix: 'cam-', suppressed: false });
    expect(filtersOf({})).toEqual({});
    expect(filtersOfAlarms({ violationEventType: 'in-alarm', thingName: 'x' })).toEqual({ thingName: 'x' });
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
  ])('%o: %s', (filters, want) => {
    expect(mayShow(filters, event)).toBe(want);
  });
});

describe('renewed', () => {
  it('keeps places, takes what is new of each, and what has ended', () => {
    const row = (violationId: string, more: Violation = {}): Violation => ({ violationId, ...more });
    const ended = new Map([['b', { endReason: 'alarm-cleared' as const, endTime: 5 }]]);
    expect(renewed([row('a'), row('b'), row('c')], [row('new'), row('c', { verificationState: 'TRUE_POSITIVE' }), row('a')], ended)).toEqual([
      row('a'),
      row('b', { endReason: 'alarm-cleared', endTime: 5 }),
      row('c', { verificationState: 'TRUE_POSITIVE' }),
    ]);
  });
});
