import axe from 'axe-core';
import type { Page } from 'playwright-core';

/**
 * What axe finds on a page that keeps people out, seriously or worse: one line for each
 * element. It is evaluated by the browser itself, so the Content-Security-Policy stays as
 * it is.
 */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, help, nodes }) => nodes.map(({ target, html }) => `${id}: ${help}: ${target.join(' ')}: ${html.slice(0, 200)}`));
  });
}
