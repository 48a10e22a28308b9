import type { BrowserContext, Page } from 'playwright-core';

/** What no page of the console may do; a test that sees any of it fails. */
export class Guard {
  readonly problems: string[] = [];
  private readonly host: string;
  private away = false;

  constructor(context: BrowserContext, url: string) {
    this.host = new URL(url).host;
    context.on('page', (page) => this.watch(page));
    context.on('request', (request) => {
      const { host, protocol } = new URL(request.url());
      if (protocol !== 'data:' && protocol !== 'blob:' && host !== this.host) this.problems.push(`asked someone else: ${request.url()}`);
    });
    context.on('response', (response) => {
      const asset = response.url().includes('/console/assets/') && response.status() >= 400;
      if (!this.away && (response.status() >= 500 || asset)) this.problems.push(`${response.status()} for ${response.url()}`);
    });
  }

  /** While fn runs the server is away, and calls may fail. */
  async serverAway(fn: () => Promise<void>): Promise<void> {
    this.away = true;
    try {
      await fn();
    } finally {
      this.away = false;
    }
  }

  private watch(page: Page): void {
    page.on('pageerror', (error) => this.problems.push(`threw: ${error.stack ?? error.message}`));
    page.on('console', (message) => {
      // Chromium reports each answer of 4xx; those are looked at above.
      if (message.type() !== 'error' || message.text().startsWith('Failed to load resource')) return;
      this.problems.push(`wrote to the console: ${message.text().replace(/data:[^ ]{80,}/g, "data:…")}`); // violations of the Content-Security-Policy too
    });
  }
}
