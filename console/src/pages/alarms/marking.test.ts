import { describe, expect, it, vi } from 'vitest';
import { distinct, markAll } from './marking';
import { noteFault, verdictOf } from './verdict';

const alarms = ['a', 'b', 'c', 'd', 'e', 'f'].map((violationId) => ({ violationId, thingName: `thing-${violationId}` }));
const never = () => false;

describe('markAll', () => {
  it('marks each alarm once, and goes on when one fails', async () => {
    const put = vi.fn(async ({ violationId }: { violationId: string }) => {
      if (violationId === 'b') throw new Error('no such violation');
    });
    const tried = vi.fn();
    const result = await markAll([...alarms, { violationId: 'a' }], { verificationState: 'FALSE_POSITIVE' }, never, tried, put);
    expect(result).toEqual({ marked: 5, failures: [{ alarm: alarms[1], message: 'no such violation' }] });
    expect(put).toHaveBeenCalledTimes(6);
    expect(put).toHaveBeenCalledWith({ violationId: 'c', verificationState: 'FALSE_POSITIVE' });
    expect(tried).toHaveBeenCalledTimes(6);
  });
  it('begins no more calls once it is stopped', async () => {
    let stopped = false;
    const put = vi.fn(async () => {
      stopped = true;
    });
    await markAll(alarms, { verificationState: 'UNKNOWN' }, () => stopped, () => undefined, put);
    expect(put.mock.calls.length).toBeLessThanOrEqual(4);
  });
});

describe('distinct', () => {
  it('takes events of one violation for one alarm', () => {
    expect(distinct([{ violationId: 'a' }, { violationId: 'a' }, { violationId: 'b' }])).toHaveLength(2);
  });
});

describe('verdictOf', () => {
  it('leaves out an empty note', () => {
    expect(verdictOf('UNKNOWN', ' ')).toEqual({ verificationState: 'UNKNOWN' });
  });
  it('makes a note one line', () => {
    expect(verdictOf('TRUE_POSITIVE', 'seen by Ann,\nisolated ')).toEqual({ verificationState: 'TRUE_POSITIVE', verificationStateDescription: 'seen by Ann, isolated' });
  });
  it('refuses what the server does not take', () => {
    expect(noteFault('x'.repeat(1000))).toBeUndefined();
    expect(noteFault('x'.repeat(1001))).toBe('Shorten the note to 1000 characters.');
  });
});
