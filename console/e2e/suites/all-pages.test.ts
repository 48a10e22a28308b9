import { describe, expect } from 'vitest';
import { allPages } from '../pages/all';
import { barriers } from '../rig/axe';
import { settled } from '../rig/settle';
import { test } from '../rig/visit';

describe('all pages', () => {
  test.for(allPages)('ok/$name keeps nobody out: light, dark, in a narrow window', async (any, { visit }) => {
    const { page } = await visit({ path: any.path, ...(any.open && { key: null }) });
    await settled(page, any);
    await any.then?.(page);
    expect.soft(await barriers(page), 'light').toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect.soft(await barriers(page), 'dark').toEqual([]);
    await page.setViewportSize({ width: 480, height: 900 });
    await settled(page, any);
    expect.soft(await page.evaluate(() => document.documentElement.scrollWidth), 'width').toBeLessThanOrEqual(480);
    expect.soft(await barriers(page), 'narrow').toEqual([]);
  });
});
