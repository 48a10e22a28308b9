import { describe, expect } from 'vitest';
import { Shell } from '../pages/shell';
import { test } from '../rig/visit';

interface Overview {
  things: { seen: number; registered: number };
  activeAlarms: { total: number; byProfile: { securityProfileName: string; count: number }[] };
}

describe('overview', () => {
  test('ok/shows what the server counts, and leads on', async ({ visit }) => {
    const { page, context } = await visit();
    const answer = await context.request.get('/vedette/v1/overview', { headers: { 'X-Vedette-Console': '1' } });
    const overview = (await answer.json()) as Overview;
    expect(overview.things.seen).toBe(50);
    await page.getByRole('link', { name: 'Things seen: 50' }).waitFor();
    await page.getByRole('link', { name: /^Active alarms: [1-9]/ }).waitFor();
    for (const { securityProfileName } of overview.activeAlarms.byProfile) {
      await page.getByRole('link', { name: securityProfileName, exact: true }).first().waitFor();
    }
    await page.getByRole('link', { name: 'Active alarms', exact: false }).first().click();
    expect(new URL(page.url()).pathname).toBe('/console/alarms');
  });

  test('ok/the first page is small', async ({ visit }) => {
    const { page, open } = await visit({ key: null, path: '/no-such-file.txt' });
    let bytes = 0;
    page.on('response', (response) => void (bytes += Number(response.headers()['content-length'] ?? 0)));
    await open('/');
    await page.getByLabel('Access key ID').waitFor();
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(700 << 10);
  });

  test('ok/follows the server', async ({ visit }) => {
    const { page } = await visit();
    await new Shell(page).live();
  });
});
