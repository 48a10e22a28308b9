import type { Page } from 'playwright-core';
import type { Key } from '../rig/server';

export class SignInPage {
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async signIn({ id, secret }: Key): Promise<void> {
    await this.page.getByLabel('Access key ID').fill(id);
    await this.page.getByLabel('Secret access key').fill(secret);
    await this.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  /** The form is there. */
  async shown(): Promise<void> {
    await this.page.getByLabel('Access key ID').waitFor();
  }

  async refusal(): Promise<string> {
    const alert = this.page.getByText('You are not signed in');
    await alert.waitFor();
    return this.page.locator('form').innerText();
  }
}
