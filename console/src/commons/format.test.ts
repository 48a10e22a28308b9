import { describe, expect, it } from 'vitest';
import { formatAgo, formatBytes, formatCount, formatDuration, formatShort, plural, shorten } from './format';
import { kebab, nameOfArn, sentence } from './names';

describe('format', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1500, '1.5 KB'],
    [20_000_000, '20 MB'],
    [1_234_567_890, '1.235 GB'],
  ])('bytes %d', (bytes, want) => expect(formatBytes(bytes)).toBe(want));

  it.each([
    [1, 'ports', '1 port'],
    [2000, 'ports', '2,000 ports'],
    [1500, 'bytes', '1.5 KB'],
    [0.5, undefined, '0.5'],
  ])('count %d %s', (value, unit, want) => expect(formatCount(value, unit)).toBe(want));

  it.each([
    [0, '0 s'],
    [59.6, '1 min'],
    [5400, '1 h 30 min'],
    [86_400, '1 d'],
    [90_061, '1 d 1 h'],
    [86_460, '1 d'],
  ])('duration %d', (seconds, want) => expect(formatDuration(seconds)).toBe(want));

  it.each([
    [1000, 1002, 'just now'],
    [1000, 1059, '59 s ago'],
    [1000, 8300, '2 h ago'],
    [8300, 1000, 'in 2 h'],
  ])('ago %d at %d', (time, now, want) => expect(formatAgo(time, now)).toBe(want));

  it('lists', () => {
    expect(shorten([])).toBe('none');
    expect(shorten([443, 8883])).toBe('443, 8883');
    expect(shorten([1, 2, 3, 4], 2)).toBe('1, 2 and 2 more');
  });

  it('short numbers and plurals', () => {
    expect(formatShort(1234.567)).toBe('1,234.57');
    expect(formatShort(1_250_000)).toBe('1.3M');
    expect(plural(1, 'thing')).toBe('1 thing');
    expect(plural(1200, 'match', 'matches')).toBe('1,200 matches');
  });

  it('names', () => {
    expect(kebab('securityProfileName')).toBe('security-profile-name');
    expect(kebab('RegisterCACertificate')).toBe('register-ca-certificate');
    expect(nameOfArn('arn:aws:iot:us-east-1:000000000000:thinggroup/cameras')).toBe('cameras');
    expect(sentence('TRUE_POSITIVE')).toBe('True positive');
  });
});
