import { describe, expect, it } from 'vitest';
import { usualStep, usualSteps } from './rhythm';

describe('what is usual', () => {
  it('is the median', () => {
    expect(usualStep([0, 300, 600, 3600])).toBe(300);
    expect(usualStep([5])).toBe(300);
  });

  it('is told for each time by what is around it', () => {
    expect(usualSteps([0, 300, 600, 3600, 3900])).toEqual([300, 300, 300, 300, 300]);
    expect(usualSteps([])).toEqual([]);
  });

  it('follows a device that begins to report more often', () => {
    const slow = [0, 300, 600, 900, 1200, 1500];
    const steps = usualSteps([...slow, ...Array.from({ length: 40 }, (_, i) => 1502 + 2 * i)]);
    expect(steps.slice(0, 7)).toEqual([300, 300, 300, 300, 300, 300, 300]);
    expect(steps.slice(-30)).toEqual(Array.from({ length: 30 }, () => 2));
  });
});
