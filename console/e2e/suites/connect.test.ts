import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject } from 'vitest';
import { ConnectPage } from '../pages/connect';
import { Server } from '../rig/server';
import { test } from '../rig/visit';

const shell = async (commands: string, cwd: string) => (await promisify(execFile)('bash', ['-ec', commands], { cwd })).stdout;

describe('connect a device', () => {
  let server: Server;
  let folder: string;
  beforeAll(async () => {
    server = await Server.start('serve', '--mqtts-addr', '127.0.0.1:0');
    folder = await mkdtemp(join(tmpdir(), 'vedette-device-'));
  });
  afterAll(async () => {
    await server.remove();
    await rm(folder, { recursive: true, force: true });
  });
  const there = async () => ({ key: await server.rootKey(), url: server.endpoints.http });

  test('ok/from its name to its first report, over mutual TLS', async ({ visit }) => {
    const { page, open } = await visit(await there());
    await open('/connect');
    const wizard = new ConnectPage(page);
    await wizard.make('cam-1');
    await wizard.made();
    await wizard.downloadAll(join(folder, 'cam-1.zip'));
    await shell(await wizard.pasteCommands(), folder);
    await wizard.next();
    const command = await wizard.command('mosquitto_pub');
    await wizard.says('The device has not connected yet');
    await wizard.next();
    await shell(command.replace('"version":"1.0"', '"version":"2.0"'), join(folder, 'cam-1'));
    await wizard.says('The report was rejected: InvalidPayload');
    await wizard.says(/version has to be a text/);
    await shell(command, join(folder, 'cam-1'));
    await wizard.says('cam-1 reports');
    await wizard.says('5.12 KB');
  });

  test('ok/cancelled: nothing is left of it', async ({ visit }) => {
    const { page, open } = await visit(await there());
    await open('/connect');
    const wizard = new ConnectPage(page);
    const before = await server.iot<{ certificates: unknown[] }>('list-certificates');
    await wizard.make('cam-2');
    await wizard.made();
    await wizard.cancel('Stay');
    await wizard.cancel('Remove and leave');
    await wizard.says('What was made is removed');
    expect((await server.iot<{ certificates: unknown[] }>('list-certificates')).certificates).toHaveLength(before.certificates.length);
    expect((await server.iot<{ things: { thingName: string }[] }>('list-things')).things.map(({ thingName }) => thingName)).not.toContain('cam-2');
  });

  test('fail/a name that is taken', async ({ visit }) => {
    await server.iot('create-thing', '--thing-name', 'cam-3');
    const { page, open } = await visit(await there());
    await open('/connect');
    const wizard = new ConnectPage(page);
    await wizard.make('cam-3');
    await wizard.says('There is a thing cam-3 already');
  });

  test('fail/who may only read is told what is missing', async ({ visit }) => {
    const { page, open } = await visit({ key: inject('world').reader });
    await open('/connect');
    const wizard = new ConnectPage(page);
    await wizard.says('may not connect devices');
    await wizard.says('iot:CreateKeysAndCertificate');
  });
});
