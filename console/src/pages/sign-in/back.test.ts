import { expect, it } from 'vitest';
import { backOf } from './back';

it.each([
  ['/alarms?thingName=a', '/alarms?thingName=a'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['https://evil.example', '/'],
  ['/sign-in?back=%2F', '/'],
  [null, '/'],
])('%s', (back, want) => expect(backOf(back)).toBe(want));
