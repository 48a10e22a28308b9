import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { Server, type Key } from './server';

/** What all tests share: one browser, and a fleet that has lived through two days. */
export interface World {
  browser: string;
  url: string;
  mqtt: string;
  dir: string;
  root: Key;
  reader: Key;
}

declare module 'vitest' {
  export interface ProvidedContext {
    world: World;
  }
}

const reads = ['iot:Describe*', 'iot:Get*', 'iot:List*', 'iot:ValidateSecurityProfileBehaviors', 'vedette:Describe*', 'vedette:Get*', 'vedette:List*', 'vedette:Watch*'];

/** Vitest's global setup: starts both and returns what ends them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await Server.start('demo', '--calm', '--history', process.env.VEDETTE_E2E_HISTORY ?? '2d', '--interval', '10s');
  try {
    const browser = await chromium.launchServer({ executablePath: browserPath(), args: ['--font-render-hinting=none', '--disable-gpu', '--disable-extensions', '--disable-component-extensions-with-background-pages'], chromiumSandbox: false });
    await server.says('the fleet is connected');
    const { http, mqtt } = server.endpoints;
    project.provide('world', {
      browser: browser.wsEndpoint(),
      url: http,
      mqtt,
      dir: server.dir,
      root: await server.rootKey(),
      reader: await server.makeKey('e2e-reader', ...reads),
    });
    return async () => {
      await browser.close();
      await server.remove();
    };
  } catch (error) {
    await server.remove();
    throw error;
  }
}

function browserPath(): string {
  const path = process.env.VEDETTE_CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(path)) throw new Error(`no browser at ${path}: apt-get install chromium, or set VEDETTE_CHROMIUM`);
  return path;
}
