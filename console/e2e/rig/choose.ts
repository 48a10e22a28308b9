import type { Page } from 'playwright-core';

/** Chooses an option of a select that a form field labels. */
export async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^${label}\\b`) }).first().click();
  await page.getByRole('option', { name: new RegExp(`^${option}`) }).first().click();
}
