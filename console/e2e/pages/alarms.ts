import type { Locator, Page } from 'playwright-core';

export class AlarmsPage {
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** The row of an alarm. */
  row(behavior: string, thing?: string): Locator {
    const rows = this.page.getByRole('row').filter({ has: this.page.getByRole('link', { name: behavior, exact: true }) });
    return (thing ? rows.filter({ hasText: thing }) : rows).first();
  }

  /** Opens an alarm in the split panel, and returns the panel. */
  async look(behavior: string, thing?: string): Promise<Locator> {
    await this.row(behavior, thing).getByRole('link', { name: behavior, exact: true }).click();
    const panel = this.page.getByRole('tablist', { name: 'About the alarm' });
    await panel.waitFor();
    return this.page.getByRole('tabpanel', { name: 'Why' });
  }

  /** Fills the open dialog. */
  async mark(state: string, note: string): Promise<void> {
    const dialog = this.page.getByRole('dialog');
    await dialog.getByRole('radio', { name: state }).check();
    await dialog.getByRole('textbox').fill(note);
    await dialog.getByRole('button', { name: 'Mark', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
  }
}
