import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { expect, inject, test as base } from 'vitest';
import { SignInPage } from '../pages/sign-in';
import { Guard } from './guard';
import type { Key } from './server';
import { patience } from './until';

export interface VisitOptions {
  /** Below /console; the default is the overview. */
  path?: string;
  /** Who is signed in; null: nobody. The default is the root user. */
  key?: Key | null;
  /** With a session of its own, which the test may end. */
  ownSession?: boolean;
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
/** Cookies of who has signed in, by server and access key. */
const sessions = new Map<string, Cookies>();

type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;

function theBrowser(): Promise<Browser> {
  browser ??= chromium.connect(inject('world').browser);
  return browser;
}

/** Opens a window at a path. */
async function start(options: VisitOptions): Promise<Visit> {
  const { path = '/', key = inject('world').root, url = inject('world').url, scheme = 'light', width = 1440, height = 900 } = options;
  const context = await (await theBrowser()).newContext({
    baseURL: url,
    colorScheme: scheme,
    reducedMotion: 'reduce',
    viewport: { width, height },
    locale: 'en-US',
    timezoneId: 'UTC',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(patience);
  const guard = new Guard(context, url);
  const page = await context.newPage();
  const visit = { page, context, guard, open: async (path: string) => void (await page.goto(`/console${path}`)) };
  if (key) await enter(visit, url, key, options.ownSession ?? false);
  await visit.open(path);
  return visit;
}

/** Signs in, unless somebody has with that key. */
async function enter({ context, page, open }: Visit, url: string, key: Key, own: boolean): Promise<void> {
  const known = sessions.get(url + key.id);
  if (known && !own) {
    await context.addCookies(known);
    return;
  }
  await open('/sign-in');
  await new SignInPage(page).signIn(key);
  await page.locator('#top-bar').waitFor();
  if (!own) sessions.set(url + key.id, await context.cookies());
}

/**
 * A test with windows at the console: `visit` opens one. At its end none of them may have
 * done what Guard forbids.
 */
export const test = base.extend<{ visit: (options?: VisitOptions) => Promise<Visit> }>({
  // Vitest reads which fixtures are needed out of the pattern.
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
