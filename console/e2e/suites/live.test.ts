import { describe } from 'vitest';
import { AlarmsPage } from '../pages/alarms';
import { Shell } from '../pages/shell';
import { Device } from '../rig/device';
import { Server } from '../rig/server';
import { test } from '../rig/visit';

const ports = { name: 'known-ports', metric: 'aws:listening-tcp-ports', criteria: { comparisonOperator: 'in-port-set', value: { ports: [443] } } };

describe('live', () => {
  test('ok/alarms come to an open page, also after the server was away', async ({ visit, onTestFinished }) => {
    const server = await Server.start('serve');
    onTestFinished(() => server.remove());
    await server.iot('create-security-profile', '--security-profile-name', 'ports', '--behaviors', JSON.stringify([ports]));
    await server.iot('attach-security-profile', '--security-profile-name', 'ports', '--security-profile-target-arn', 'arn:aws:iot:us-east-1:000000000000:all/things');
    const { page, guard } = await visit({ url: server.endpoints.http, key: await server.rootKey(), path: '/alarms' });
    const shell = new Shell(page);
    const alarms = new AlarmsPage(page);
    await page.getByText('No thing is in alarm').or(page.getByText('No alarms')).first().waitFor();
    await shell.live();
    const first = new Device(server.endpoints.mqtt, 'cam-1');
    first.listens(23, 443);
    await alarms.row('known-ports', 'cam-1').waitFor();
    await first.leave();

    await guard.serverAway(async () => {
      await server.end();
      await shell.live(/Connecting|Offline/);
      await server.resume();
      await shell.live();
    });
    const second = new Device(server.endpoints.mqtt, 'cam-2');
    second.listens(23);
    await alarms.row('known-ports', 'cam-2').waitFor();
    await alarms.row('known-ports', 'cam-1').waitFor();
    await second.leave();
  });
});
