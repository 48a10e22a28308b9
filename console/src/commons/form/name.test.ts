import { expect, it } from 'vitest';
import { nameFault } from './name';

it.each(['a', 'aws:x_1-B', 'x'.repeat(128)])('takes %s', (name) => expect(nameFault(name)).toBeUndefined());
it.each([
  ['', /Type/],
  ['a b', /a space/],
  ['a/b', /"\/"/],
  ['ä', /"ä"/],
  ['x'.repeat(129), /129/],
])('refuses %j', (name, why) => expect(nameFault(name)).toMatch(why));
