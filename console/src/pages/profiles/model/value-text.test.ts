import { describe, expect, it } from 'vitest';
import { parseValue, textOfValue, type Member } from './value-text';

describe('parseValue', () => {
  it.each<[Member, string, unknown]>([
    ['count', ' 0 ', { count: 0 }],
    ['count', '20000', { count: 20000 }],
    ['number', '-1.5e3', { number: -1500 }],
    ['number', '.5', { number: 0.5 }],
    ['ports', '443, 8883;53\n53', { ports: [443, 8883, 53] }],
    ['ports', '8000-8003 65535', { ports: [8000, 8001, 8002, 8003, 65535] }],
    ['cidrs', '10.0.0.0/8\n2001:db8::/32, ::1 ::ffff:10.0.0.1', { cidrs: ['10.0.0.0/8', '2001:db8::/32', '::1', '::ffff:10.0.0.1'] }],
    ['numbers', '1 2.5, -3', { numbers: [1, 2.5, -3] }],
    ['strings', 'root\n a b ,c', { strings: ['root', 'a b', 'c'] }],
  ])('ok/%s %j', (member, text, value) => {
    expect(parseValue(member, text)).toEqual({ value });
  });

  it.each<[Member, string]>([
    ['count', ''],
    ['count', '-1'],
    ['count', '1.5'],
    ['count', '99999999999999999999'],
    ['number', ''],
    ['number', 'warm'],
    ['number', '1e999'],
    ['number', '0x10'],
    ['ports', ''],
    ['ports', 'https'],
    ['ports', '65536'],
    ['ports', '20-10'],
    ['ports', '0-65535'],
    ['cidrs', '10.0.0.0/33'],
    ['cidrs', '10.0.0'],
    ['cidrs', '10.0.0.256'],
    ['cidrs', '2001:db8::/129'],
    ['cidrs', '1::2::3'],
    ['cidrs', '1:2:3:4:5:6:7:8:9'],
    ['numbers', '1 two'],
    ['strings', ' \n, '],
  ])('fail/%s %j', (member, text) => {
    expect(parseValue(member, text)).toHaveProperty('error');
  });

  it('says how many elements are too many', () => {
    expect(parseValue('numbers', Array.from({ length: 1001 }, (_, i) => i).join(' '))).toEqual({ error: 'At most 1000 elements; these are 1001.' });
  });
});

it.each([[{ count: 0 }], [{ number: 2.5 }], [{ ports: [1, 2] }], [{ cidrs: ['10.0.0.0/8', '::/0'] }], [{ numbers: [1, -2] }], [{ strings: ['a', 'b c'] }]])('reads what it writes: %j', (value) => {
  const member = Object.keys(value)[0] as Member;
  expect(parseValue(member, textOfValue(value))).toEqual({ value });
});
