import type { Page } from 'playwright-core';
import type { AnyPage } from '../pages/all';

/** Waits until a page has what it shows: its last text, no spinner, its fonts. */
export async function settled(page: Page, { ready }: AnyPage): Promise<void> {
  await page.getByText(ready).first().waitFor();
  await page.waitForFunction(() => !document.querySelector('[class*="awsui_spinner"], [class*="awsui_status-loading"]') && document.fonts.status === 'loaded');
}
