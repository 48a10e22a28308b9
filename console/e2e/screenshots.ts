import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { allPages } from './pages/all';
import { settled } from './rig/settle';
import { test } from './rig/visit';

/** Where the pictures go, one for each page, theme and width. */
const folder = process.env.VEDETTE_SCREENSHOTS ?? join(import.meta.dirname, '../screenshots');
mkdirSync(folder, { recursive: true });

describe('pictures', () => {
  test.for(allPages)('$name', async (any, { visit }) => {
    const { page } = await visit({ path: any.path, ...(any.open && { key: null }) });
    await settled(page, any);
    await any.then?.(page);
    for (const width of [1440, 480]) {
      await page.setViewportSize({ width, height: 900 });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await settled(page, any);
        await page.screenshot({ path: join(folder, `${any.name}-${colorScheme}-${width}.png`), fullPage: true });
      }
    }
  });
});
