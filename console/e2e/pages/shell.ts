import type { Page } from 'playwright-core';

/** What is around every page: the top bar and the navigation. */
export class Shell {
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** The heading of the page is there. */
  async titled(name: string | RegExp): Promise<void> {
    await this.page.getByRole('heading', { level: 1, name }).waitFor();
  }

  async goTo(place: string): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name: place, exact: true }).click();
  }

  /** The names of the links of the side navigation. */
  places(): Promise<string[]> {
    return this.page.getByRole('navigation').getByRole('link').allInnerTexts();
  }

  async signOut(name: string): Promise<void> {
    await this.page.locator('#top-bar').getByRole('button', { name }).click();
    await this.page.getByRole('menuitem', { name: 'Sign out' }).click();
  }

  /** The top bar says that pages follow the server, or what else it says. */
  async live(words: string | RegExp = 'Live'): Promise<void> {
    await this.page.locator('#top-bar').getByRole('status').filter({ hasText: words }).waitFor({ state: 'attached' });
  }
}
