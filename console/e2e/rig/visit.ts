import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { expect, inject, test as base } from 'vitest';
import { SignInPage } from '../pages/sign-in';
import { Guard } from './guard';
import type { Key } from './server';
import { patience } from './until';

export interface VisitOptions {
  /** Who signs in; null: nobody. The default is the root user. */
  key?: Key | null;
  /** Of another server than the shared one. */
  url?: string;
  scheme?: 'light' | 'dark';
  width?: number;
  height?: number;
}

/** A browser window at the console. */
export interface Visit {
  page: Page;
  context: BrowserContext;
  guard: Guard;
  /** Goes to a path below /console. */
  open(path: string): Promise<void>;
}

let browser: Promise<Browser> | undefined;

function theBrowser(): Promise<Browser> {
  browser ??= chromium.connect(inject('world').browser);
  return browser;
}

/** Opens a window and signs in. */
async function start({ key, url = inject('world').url, scheme = 'light', width = 1440, height = 900 }: VisitOptions): Promise<Visit> {
  const context = await (await theBrowser()).newContext({
    baseURL: url,
    colorScheme: scheme,
    reducedMotion: 'reduce',
    viewport: { width, height },
    locale: 'en-US',
    timezoneId: 'UTC',
    acceptDownloads: true,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(patience);
  const guard = new Guard(context, url);
  const page = await context.newPage();
  const visit = { page, context, guard, open: async (path: string) => void (await page.goto(`/console${path}`)) };
  const who = key === undefined ? inject('world').root : key;
  if (who) {
    await visit.open('/sign-in');
    await new SignInPage(page).signIn(who);
    await page.getByRole('navigation', { name: /navigation/i }).or(page.locator('#top-bar')).first().waitFor();
  }
  return visit;
}

/**
 * A test with windows at the console: `visit` opens one. At its end none of them may have
 * done what Guard forbids.
 */
export const test = base.extend<{ visit: (options?: VisitOptions) => Promise<Visit> }>({
  // eslint-disable-next-line no-empty-pattern -- Vitest reads the fixtures that are needed out of the pattern
  visit: async ({}, use) => {
    const visits: Visit[] = [];
    await use(async (options = {}) => {
      const visit = await start(options);
      visits.push(visit);
      return visit;
    });
    for (const { context } of visits) await context.close();
    expect(visits.flatMap(({ guard }) => guard.problems)).toEqual([]);
  },
});
