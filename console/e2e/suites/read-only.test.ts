import { describe, expect, inject } from 'vitest';
import { AlarmsPage } from '../pages/alarms';
import { Shell } from '../pages/shell';
import { test } from '../rig/visit';

describe('who may only read', () => {
  test('ok/sees all and is offered nothing else', async ({ visit }) => {
    const { page, open } = await visit({ key: inject('world').reader, path: '/alarms' });
    const alarms = new AlarmsPage(page);
    const why = await alarms.look('known-tcp-ports');
    await why.getByText('expected only 443').waitFor();
    expect(await page.getByRole('button', { name: 'Mark verification state' }).count()).toBe(0);
    expect(await page.getByRole('checkbox').count()).toBe(0);
    await open('/profiles');
    await page.getByRole('link', { name: 'demo-fleet', exact: true }).waitFor();
    expect(await page.getByRole('button', { name: /create|edit|delete/i }).count()).toBe(0);
    expect(await page.getByRole('link', { name: /create|edit|delete/i }).count()).toBe(0);
    const places = await new Shell(page).places();
    expect(places).toContain('Alarms');
    expect(places).not.toContain('Connect a device');
  });
});
