import { expect, test } from 'vitest';
import { adviceFor } from './advice';
import { shownReport } from './hooks';
import { documentOf, keyOf, linesOf, summaryOf } from './report-values';

const report = {
  time: 5,
  reportId: 7,
  metrics: {
    network_stats: { bytes_in: 1500, bytes_out: 0 },
    listening_tcp_ports: { ports: [{ port: 443 }, { port: 22 }], total: 2 },
    tcp_connections: { established_connections: { connections: [{ remote_addr: '10.0.0.1' }], total: 3 } },
  },
  customMetrics: { battery: [{ number: 81.5 }], tags: [{ string_list: ['a', 'b'] }] },
};

test('a report is told line by line, without what it does not have', () => {
  expect(linesOf(report)).toEqual([
    { label: 'Bytes in', value: '1.5 KB' },
    { label: 'Bytes out', value: '0 B' },
    { label: 'Listening TCP ports', value: '443, 22' },
    { label: 'Listening TCP port count', value: '2' },
    { label: 'Destination IPs', value: '10.0.0.1' },
    { label: 'Established TCP connections count', value: '3' },
    { label: 'battery', value: '81.5' },
    { label: 'tags', value: 'a, b' },
  ]);
  expect(linesOf({ time: 1, reportId: 1 })).toEqual([]);
});

test('a long list is shortened, and whole on demand', () => {
  const ports = Array.from({ length: 20 }, (_, i) => ({ port: i + 1 }));
  const [line] = linesOf({ time: 1, reportId: 1, metrics: { listening_udp_ports: { ports } } });
  expect(line?.value).toBe('1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 8 more');
  expect(line?.whole?.endsWith('19, 20')).toBe(true);
});

test('a report is told in one line', () => {
  expect(summaryOf(report)).toBe('0 B out, 1.5 KB in, 2 TCP ports, 3 connections, 2 custom metrics');
  expect(summaryOf({ time: 1, reportId: 1 })).toBe('Without metrics');
});

test('the document has long names and a header', () => {
  expect(documentOf(report)).toEqual({ header: { report_id: 7 }, metrics: report.metrics, custom_metrics: report.customMetrics });
});

test('the chosen report stays while it is there', () => {
  const later = { ...report, time: 9 };
  expect(shownReport([later, report], keyOf(report), keyOf)).toBe(report);
  expect(shownReport([later], keyOf(report), keyOf)).toBe(later);
  expect(shownReport([], undefined, keyOf)).toBeUndefined();
});

test.each([
  ['InvalidPayload', 'Malformed metrics report: header missing', /report_id/],
  ['InvalidPayload', 'Malformed metrics report: JSON wants a value at byte 0', /well-formed/],
  ['InvalidPayload', 'Malformed metrics report: larger than 131072 bytes', /Send less/],
  ['InvalidPayload', 'Malformed metrics report: metrics.network_stats.bytes_in: negative', /names/],
  ['Throttled', '', /5 minutes/],
  ['InternalError', '', /send it again/],
  ['SomethingElse', '', /correct/],
])('%s %s', (errorCode, errorMessage, advice) => {
  expect(adviceFor({ errorCode, errorMessage })).toMatch(advice);
});
