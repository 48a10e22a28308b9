import { describe, inject } from 'vitest';
import { Device } from '../rig/device';
import { test } from '../rig/visit';

describe('connect a device', () => {
  test('ok/it is made, told what is wrong with its report, and reports', async ({ visit, onTestFinished }) => {
    const { page } = await visit({ path: '/connect' });
    const next = page.getByRole('button', { name: 'Next', exact: true });
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('door-1');
    await next.click();
    await page.getByText('Three files that belong on the device.').waitFor();
    await next.click();
    await page.getByText('What the device runs to report.').waitFor();
    await next.click();
    await page.getByText('The device connects', { exact: true }).waitFor();

    const device = new Device(inject('world').mqtt, 'door-1');
    onTestFinished(() => device.leave());
    device.send('{"header":{"report_id":"one","version":"1.0"}}');
    await page.getByText('The report was rejected: InvalidPayload').waitFor();
    await page.getByText('report_id has to be an integer').waitFor();
    device.listens(443);
    await page.getByRole('heading', { name: 'door-1 reports' }).waitFor();
    await page.getByRole('link', { name: 'Open thing' }).or(page.getByRole('button', { name: 'Open thing' })).first().click();
    await page.getByRole('button', { name: 'Leave', exact: true }).or(page.getByRole('heading', { level: 1, name: 'door-1' })).first().waitFor();
  });
});
