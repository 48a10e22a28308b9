import { describe, expect, it } from 'vitest';
import { programs } from '../clients';
import { adviceOn } from './advice';
import { checklist } from './checklist';
import { endpointOf } from './endpoint';
import { deviceFiles, fileNames, pasteCommands } from './files';
import { progressOf } from './progress';
import { reportFacts } from './report-facts';
import { crc32, zip } from './zip';

const at = (endpoints: { mqtt?: string; mqtts?: string; hostname?: string }) => endpointOf({ endpoints: { http: '', mqtt: '127.0.0.1:1883', hostname: 'localhost', ...endpoints } });

describe('endpoint', () => {
  it.each([
    [{}, { mode: 'plain', host: 'localhost', port: 1883, local: 'listener' }],
    [{ mqtt: '[::]:1883' }, { mode: 'plain', host: 'localhost', port: 1883, local: undefined }],
    [{ mqtts: '127.0.0.1:8883', hostname: 'iot.example' }, { mode: 'mutual', host: 'localhost', port: 8883, local: 'listener' }],
    [{ mqtts: '[::]:8883' }, { mode: 'mutual', host: 'localhost', port: 8883, local: 'hostname' }],
    [{ mqtts: '0.0.0.0:443', hostname: 'iot.example' }, { mode: 'mutual', host: 'iot.example', port: 443, local: undefined }],
  ])('ok/%j', (endpoints, want) => expect(at(endpoints)).toEqual(want));
});

describe('progress', () => {
  const before = { report: 10, rejection: 10, connection: 10 };
  const rejection = { time: 11, errorCode: 'InvalidPayload', errorMessage: '' };
  it.each([
    ['nothing new', undefined, [], undefined, { kind: 'waiting' }],
    ['only what was before', { connected: false, disconnectedSince: 10, lastReportTime: 10 }, [{ time: 10 }], undefined, { kind: 'waiting' }],
    ['connected', { connected: true, connectedSince: 11 }, [], undefined, { kind: 'connected', since: 11 }],
    ['gone again', { connected: false, disconnectedSince: 12 }, [], undefined, { kind: 'left', at: 12 }],
    ['rejected', { connected: true }, [{ time: 9 }, rejection], undefined, { kind: 'rejected', rejection }],
    ['arrived', { connected: true, lastReportTime: 13 }, [rejection], undefined, { kind: 'arrived', at: 13 }],
    ['arrived, live', { connected: true }, [], 14, { kind: 'arrived', at: 14 }],
  ])('ok/%s', (_, thing, rejections, live, want) => expect(progressOf(before, thing, rejections, live)).toEqual(want));

  it('says what to look at where it stops', () => {
    const endpoint = at({ mqtts: '0.0.0.0:8883', hostname: 'iot.example' });
    const states = (progress: Parameters<typeof checklist>[0]) => checklist(progress, 'cam-1', endpoint).map(({ state }) => state);
    expect(states({ kind: 'waiting' })).toEqual(['waiting', 'waiting', 'waiting']);
    expect(states({ kind: 'left', at: 1 })).toEqual(['done', 'failed', 'waiting']);
    expect(states({ kind: 'rejected', rejection })).toEqual(['done', 'done', 'failed']);
    expect(states({ kind: 'arrived', at: 1 })).toEqual(['done', 'done', 'done']);
    expect(checklist({ kind: 'waiting' }, 'cam-1', endpoint)[0]?.hints.join(' ')).toContain('iot.example:8883');
  });
});

it('knows what to do about rejections', () => {
  const advice = (errorCode: string, errorMessage = '') => adviceOn({ errorCode, errorMessage });
  expect(advice('Throttled')).toMatch(/min-report-interval/);
  expect(advice('InvalidPayload', 'Malformed metrics report: header missing')).toMatch(/begins with a header/);
  expect(advice('InvalidPayload', 'Malformed metrics report: header.version: not 1.x, the only version known')).toMatch(/begins with "1\."/);
  expect(advice('InvalidPayload', 'Malformed metrics report: unexpected character at byte 3')).toMatch(/well-formed/);
  expect(advice('InvalidPayload', 'Malformed metrics report: metrics.x: something')).toMatch(/says where/);
});

describe('files', () => {
  const files = deviceFiles({ thingName: 'a:b', certificatePem: 'CERT\n', privateKey: 'KEY\n' }, 'ROOT\n');
  it('ok/names without colons, commands that write them', () => {
    expect(files.map(({ name }) => name)).toEqual(['a_b.key', 'a_b.pem', 'ca.pem']);
    expect(pasteCommands('a:b', files)).toContain("cat > a_b.key <<'END'\nKEY\nEND\nchmod 600 a_b.key\n");
  });
  it('ok/an archive', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
    const bytes = zip([{ name: 'f/é', text: 'hello', mode: 0o600 }], new Date(2026, 0, 2, 3, 4, 6));
    const view = new DataView(bytes.buffer);
    expect(view.getUint32(0, true)).toBe(0x04034b50);
    const end = bytes.length - 22;
    expect(view.getUint32(end, true)).toBe(0x06054b50);
    const directory = view.getUint32(end + 16, true);
    expect(view.getUint32(directory, true)).toBe(0x02014b50);
    expect(view.getUint32(directory + 38, true) >>> 16).toBe(0o100600);
    expect(view.getUint32(end + 12, true)).toBe(end - directory);
  });
});

it.each(programs)('$title is told where to connect, as whom, and with what', ({ blocks, plain }) => {
  const files = fileNames('cam-1');
  const text = (endpoint: ReturnType<typeof at>) => blocks({ thingName: 'cam-1', endpoint, files }).map((block) => block.text).join('\n');
  const mutual = text(at({ mqtts: '0.0.0.0:8883', hostname: 'iot.example' }));
  for (const part of ['iot.example', 'cam-1', files.certificate, files.key, files.rootCa]) expect(mutual).toContain(part);
  if (plain) expect(text(at({}))).not.toContain(files.key);
});

it('shows a report', () => {
  const facts = reportFacts({ time: 1, reportId: 7, metrics: { listening_tcp_ports: { ports: [{ port: 22 }] }, network_stats: { bytes_in: 5120 } }, customMetrics: { heat: [{ number: 41.5 }] } });
  expect(facts).toMatchObject({ 'Report ID': '7', 'Bytes in': '5.12 KB', 'Listening TCP ports': '22', heat: '41.5' });
  expect(facts['Bytes out']).toBeUndefined();
});
