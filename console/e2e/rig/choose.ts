import type { Page } from 'playwright-core';

/** Chooses an option of a select that a form field labels. */
export async function choose(page: Page, label: string, option: string): Promise<void> {
  const trigger = page.getByRole('button', { name: new RegExp(`^${label}\\b`) }).and(page.locator('[aria-haspopup]'));
  await trigger.first().click();
  const options = page.getByRole('option').filter({ hasText: new RegExp(`^${option}(?!\\.)`) });
  await options.first().click();
}
