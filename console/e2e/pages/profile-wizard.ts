import type { Page } from 'playwright-core';
import { choose } from '../rig/choose';

/** The wizard that makes a security profile. */
export class ProfileWizard {
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async properties(name: string, target: string): Promise<void> {
    await this.page.getByLabel('Name', { exact: true }).fill(name);
    await choose(this.page, 'Targets', target);
    await this.page.keyboard.press('Escape');
    await this.next();
  }

  /** Adds a behavior up to its metric. */
  async behavior(name: string, metric: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Add behavior' }).click();
    await this.page.getByLabel('Behavior name').fill(name);
    await choose(this.page, 'Metric', metric);
  }

  async normalIs(comparison: string): Promise<void> {
    await choose(this.page, 'Normal is', comparison);
  }

  async next(): Promise<void> {
    await this.page.getByRole('button', { name: 'Next', exact: true }).click();
  }

  /** Goes through the steps that are left, and creates the profile. */
  async create(): Promise<void> {
    for (const step of ['Metrics export', 'Notifications', 'Review']) {
      await this.next();
      await this.page.getByRole('heading', { name: new RegExp(`^${step}`), level: 1 }).waitFor();
    }
    await this.page.getByRole('button', { name: 'Create security profile' }).click();
  }
}
