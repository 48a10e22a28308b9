import { expect, it } from 'vitest';
import { sampleCommand, sampleReport } from './sample';

it('holds one object of the type in a list', () => {
  expect(sampleReport('peers', 'ip-address-list', 7)).toEqual({
    header: { report_id: 7, version: '1.0' },
    custom_metrics: { peers: [{ ip_list: ['192.0.2.7', '2001:db8::7'] }] },
  });
});

it('sends it to the broker with an id that grows', () => {
  const endpoints = { http: 'http://127.0.0.1:8080', mqtt: '127.0.0.1:1883', hostname: 'iot.example' };
  expect(sampleCommand('battery', 'number', 'cam-1', endpoints)).toBe(
    [
      `mosquitto_pub -h iot.example -p 1883 -q 1 -i 'cam-1'`,
      `    -t '$aws/things/cam-1/defender/metrics/json'`,
      `    -m '{"header":{"report_id":'$(date +%s)',"version":"1.0"},"custom_metrics":{"battery":[{"number":21.5}]}}'`,
    ].join(' \\\n'),
  );
});

it('leaves the broker out where it is not known', () => {
  expect(sampleCommand('battery', 'number', 'cam-1', undefined)).toMatch(/^mosquitto_pub -q 1/);
});
