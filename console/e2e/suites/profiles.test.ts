import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, inject } from 'vitest';
import { AlarmsPage } from '../pages/alarms';
import { ProfileWizard } from '../pages/profile-wizard';
import { choose } from '../rig/choose';
import { Device } from '../rig/device';
import { Server } from '../rig/server';
import { test } from '../rig/visit';

const world = () => Server.at(inject('world').dir);

describe('security profiles', () => {
  test('ok/a rule is made, and its alarm seen', async ({ visit, onTestFinished }) => {
    const { page, open } = await visit({ path: '/profiles' });
    await page.getByRole('link', { name: 'Create security profile' }).or(page.getByRole('button', { name: 'Create security profile' })).first().click();
    const wizard = new ProfileWizard(page);
    await wizard.properties('web-only', 'All unregistered things');
    await wizard.behavior('only-https', 'Listening TCP ports');
    await wizard.normalIs('Only ports in');
    await page.getByRole('textbox', { name: 'Ports' }).fill('443');
    await wizard.next(); // nothing is missing
    await page.getByRole('heading', { name: /^Metrics export/, level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Previous' }).click();
    await wizard.create();
    await page.getByText('Security profile web-only is created').waitFor();

    const device = new Device(inject('world').mqtt, 'visitor-1');
    onTestFinished(() => device.leave());
    device.listens(443, 8080);
    await open('/alarms?securityProfileName=web-only');
    const why = await new AlarmsPage(page).look('only-https', 'visitor-1');
    await why.getByText('Listening TCP ports with 8080; expected only 443.').waitFor();
    await world().iot('delete-security-profile', '--security-profile-name', 'web-only');
  });

  test('ok/a percentile of the fleet is made, with the fleet behind it', async ({ visit }) => {
    const { page } = await visit({ path: '/profiles/create' });
    const wizard = new ProfileWizard(page);
    await wizard.properties('crowd', 'cameras');
    await wizard.behavior('as-the-others', 'Bytes out');
    await page.getByRole('button', { name: 'Percentile of the fleet' }).click();
    await wizard.normalIs('At most');
    await choose(page, 'Percentile', 'p99');
    await page.getByText(/ datapoints of \d+ things in the last/).waitFor();
    await page.getByText('The line is this percentile of all datapoints.').waitFor();
    await wizard.create();
    await page.getByText('Security profile crowd is created').waitFor();
    const { behaviors } = await world().iot<{ behaviors: unknown[] }>('describe-security-profile', '--security-profile-name', 'crowd');
    expect(behaviors).toMatchObject([{ metric: 'aws:all-bytes-out', criteria: { comparisonOperator: 'less-than-equals', statisticalThreshold: { statistic: 'p99' } } }]);
    await world().iot('delete-security-profile', '--security-profile-name', 'crowd');
  });

  test('ok/a profile is saved as JSON that makes it again', async ({ visit }) => {
    const { page } = await visit({ path: '/profiles/cloud-usage?tab=json' });
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download cloud-usage.json' }).click();
    const file = join(await mkdtemp(join(tmpdir(), 'vedette-e2e-')), 'profile.json');
    await (await saving).saveAs(file);
    const saved = JSON.parse(await readFile(file, 'utf8')) as { securityProfileName: string };
    await rm(dirname(file), { recursive: true });
    expect(saved.securityProfileName).toBe('cloud-usage');
    const server = world();
    await server.iot('create-security-profile', '--cli-input-json', JSON.stringify({ ...saved, securityProfileName: 'cloud-usage-again' }));
    const { behaviors: made } = await server.iot<{ behaviors: unknown[] }>('describe-security-profile', '--security-profile-name', 'cloud-usage-again');
    const { behaviors } = await server.iot<{ behaviors: unknown[] }>('describe-security-profile', '--security-profile-name', 'cloud-usage');
    expect(made).toEqual(behaviors);
    await server.iot('delete-security-profile', '--security-profile-name', 'cloud-usage-again');
  });
});
