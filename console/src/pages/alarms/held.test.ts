import { describe, expect, it } from 'vitest';
import type { LiveEvents, Violation } from '../../api';
import { renewed, withEvent } from './held';

describe('renewed', () => {
  it('keeps places, and takes what is new of each', () => {
    const row = (violationId: string, more: Violation = {}): Violation => ({ violationId, ...more });
    const fresh = [row('new'), row('c', { verificationState: 'TRUE_POSITIVE' }), row('a')];
    expect(renewed([row('a'), row('b'), row('c')], fresh, ({ violationId = '' }) => violationId)).toEqual([row('a'), row('b'), row('c', { verificationState: 'TRUE_POSITIVE' })]);
  });
});

describe('withEvent', () => {
  const event = (violationId: string, violationEventType: LiveEvents['violation']['violationEventType'], thingName = 'cam-1'): LiveEvents['violation'] => ({
    violationId,
    thingName,
    securityProfileName: 'cams',
    behavior: { name: 'loud' },
    violationEventType,
    violationEventTime: 1,
  });
  const count = (of: 'alarms' | 'events', ...events: LiveEvents['violation'][]) =>
    events.reduce((news, one) => withEvent(news, one, { thingName: 'cam-1' }, of, 0), new Map() as ReadonlyMap<string, number>).size;
  it('counts alarms that still stand', () => {
    expect(count('alarms', event('a', 'in-alarm'), event('b', 'in-alarm'), event('a', 'alarm-cleared'))).toBe(1);
  });
  it('counts each event', () => {
    expect(count('events', event('a', 'in-alarm'), event('a', 'alarm-cleared'), event('a', 'alarm-cleared'))).toBe(2);
  });
  it('leaves out what the filter does', () => {
    expect(count('events', event('a', 'in-alarm', 'cam-2'))).toBe(0);
  });
});
