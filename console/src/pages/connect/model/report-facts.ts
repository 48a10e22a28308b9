import type { AcceptedReport, ReportCustomValue, ReportListeningPorts } from '../../../api';
import { formatCount, formatNumber, shorten } from '../../../commons/format';

/** What a report says, for people: label → value. */
export function reportFacts({ reportId, metrics = {}, customMetrics = {} }: AcceptedReport): Record<string, string | undefined> {
  const { network_stats: network, tcp_connections: tcp } = metrics;
  const connections = tcp?.established_connections;
  return {
    'Report ID': String(reportId),
    'Bytes in': network?.bytes_in === undefined ? undefined : formatCount(network.bytes_in, 'bytes'),
    'Bytes out': network?.bytes_out === undefined ? undefined : formatCount(network.bytes_out, 'bytes'),
    'Packets in': network?.packets_in === undefined ? undefined : formatNumber(network.packets_in),
    'Packets out': network?.packets_out === undefined ? undefined : formatNumber(network.packets_out),
    'Listening TCP ports': portsText(metrics.listening_tcp_ports),
    'Listening UDP ports': portsText(metrics.listening_udp_ports),
    'Established TCP connections': connections && formatNumber(connections.total ?? connections.connections?.length ?? 0),
    ...Object.fromEntries(Object.entries(customMetrics).map(([name, [value]]) => [name, value && customText(value)])),
  };
}

function portsText(ports: ReportListeningPorts | undefined): string | undefined {
  return ports && shorten((ports.ports ?? []).map(({ port }) => port));
}

function customText({ number, number_list, string_list, ip_list }: ReportCustomValue): string {
  if (number !== undefined) return formatNumber(number);
  return shorten(number_list ?? string_list ?? ip_list ?? []);
}
