import { describe, expect, inject } from 'vitest';
import { AlarmsPage } from '../pages/alarms';
import { Server } from '../rig/server';
import { test } from '../rig/visit';

interface Active {
  behavior: { name: string };
  thingName: string;
  verificationState: string;
  verificationStateDescription?: string;
}

describe('alarms', () => {
  test('ok/one looks into an alarm and says what it was', async ({ visit }) => {
    const { page } = await visit({ path: '/alarms' });
    const alarms = new AlarmsPage(page);
    const why = await alarms.look('known-tcp-ports', 'camera-');
    await why.getByText(/with 23; expected only 443/).waitFor();
    await why.getByText('In alarm since').waitFor();
    await why.getByRole('button', { name: 'Mark verification state' }).click();
    await alarms.mark('True positive', 'Telnet is open: taken off the network.');
    await page.getByText('1 alarm marked as true positive.').waitFor();
    await alarms.row('known-tcp-ports', 'camera-').getByText('True positive').waitFor();
    const { activeViolations } = await Server.at(inject('world').dir).iot<{ activeViolations: Active[] }>('list-active-violations');
    const marked = activeViolations.filter(({ behavior }) => behavior.name === 'known-tcp-ports');
    expect(marked.map((v) => [v.verificationState, v.verificationStateDescription])).toContainEqual(['TRUE_POSITIVE', 'Telnet is open: taken off the network.']);
  });

  test('ok/several are marked at once', async ({ visit }) => {
    const { page } = await visit({ path: '/alarms?securityProfileName=demo-fleet' });
    const alarms = new AlarmsPage(page);
    await alarms.row('known-destinations').getByRole('checkbox').check();
    await alarms.row('few-connections').getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Mark verification state' }).click();
    await alarms.mark('Benign positive', 'A test of the network.');
    await page.getByText('2 alarms marked as benign positive.').waitFor();
  });

  test('ok/a filter is in the address, and leads to the same alarms again', async ({ visit }) => {
    const { page } = await visit({ path: '/alarms?securityProfileName=gateway-presence' });
    const alarms = new AlarmsPage(page);
    await alarms.row('not-away-for-long').waitFor();
    expect(await alarms.row('known-tcp-ports').count()).toBe(0);
  });

  test('ok/the history has what came and went', async ({ visit }) => {
    const { page } = await visit({ path: '/alarms/history' });
    await page.getByRole('gridcell', { name: 'Cleared' }).first().waitFor();
    await page.getByRole('gridcell', { name: 'In alarm' }).first().waitFor();
  });
});
