import { expect, it } from 'vitest';
import { formatTick } from './tick';

const at = (hours: number, minutes = 0, seconds = 0) => new Date(2026, 10, 5, hours, minutes, seconds).getTime() / 1000;

it.each([
  [at(13, 30), 86_400, '5 Nov'],
  [at(0), 3600, '5 Nov'],
  [at(13, 30), 3600, '13:30'],
  [at(13, 30, 10), 10, '13:30:10'],
])('%d in steps of %d', (time, step, want) => expect(formatTick(time, step)).toBe(want));
