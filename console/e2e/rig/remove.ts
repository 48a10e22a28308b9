import type { Page } from 'playwright-core';

/** Deletes what a page is about, and types its name as the dialog wants it. */
export async function removeByName(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Delete', exact: true }).first().click();
  const dialog = page.getByRole('dialog');
  const confirm = dialog.getByRole('button', { name: 'Delete', exact: true });
  await dialog.getByRole('textbox').fill(name);
  await confirm.click();
  await dialog.waitFor({ state: 'hidden' });
}
