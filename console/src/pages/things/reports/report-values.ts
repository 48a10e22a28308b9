import type { AcceptedReport, ReportCustomValue } from '../../../api';
import { formatBytes, formatNumber, plural, shorten } from '../../../commons/format';
import { metricNames } from '../../../i18n-strings';

/** One line of a report: what it is of, and what it says. */
export interface ReportLine {
  label: string;
  value: string;
  /** All of a long list. */
  whole?: string;
}

/** Members of a list that a line shows. */
const most = 12;

/** What a report says, line by line. */
export function linesOf({ metrics = {}, customMetrics = {} }: AcceptedReport): ReportLine[] {
  const { network_stats: network = {}, listening_tcp_ports: tcp, listening_udp_ports: udp, tcp_connections } = metrics;
  const established = tcp_connections?.established_connections;
  const lines: (ReportLine | undefined)[] = [
    amount('aws:all-bytes-in', network.bytes_in, formatBytes),
    amount('aws:all-bytes-out', network.bytes_out, formatBytes),
    amount('aws:all-packets-in', network.packets_in, formatNumber),
    amount('aws:all-packets-out', network.packets_out, formatNumber),
    list('aws:listening-tcp-ports', tcp?.ports?.map(({ port }) => port)),
    amount('aws:num-listening-tcp-ports', tcp?.total, formatNumber),
    list('aws:listening-udp-ports', udp?.ports?.map(({ port }) => port)),
    amount('aws:num-listening-udp-ports', udp?.total, formatNumber),
    list('aws:destination-ip-addresses', established?.connections?.map(({ remote_addr }) => remote_addr)),
    amount('aws:num-established-tcp-connections', established?.total, formatNumber),
    ...Object.entries(customMetrics).map(([name, values]) => custom(name, values)),
  ];
  return lines.filter((line) => line !== undefined);
}

function amount(metric: keyof typeof metricNames, value: number | undefined, format: (value: number) => string): ReportLine | undefined {
  return value === undefined ? undefined : { label: metricNames[metric].title, value: format(value) };
}

function list(metric: keyof typeof metricNames, members: (string | number)[] | undefined): ReportLine | undefined {
  return members && { label: metricNames[metric].title, ...listText(members) };
}

function listText(members: (string | number)[]): Omit<ReportLine, 'label'> {
  return { value: shorten(members, most), ...(members.length > most && { whole: members.join(', ') }) };
}

function custom(name: string, values: ReportCustomValue[]): ReportLine {
  const texts = values.map(({ number, number_list, string_list, ip_list }) => (number !== undefined ? { value: formatNumber(number) } : listText(number_list ?? string_list ?? ip_list ?? [])));
  const [first = { value: 'nothing' }] = texts;
  return texts.length > 1 ? { label: name, value: texts.map(({ value }) => value).join('; ') } : { label: name, ...first };
}

/** A report in one line. */
export function summaryOf({ metrics = {}, customMetrics = {} }: AcceptedReport): string {
  const { network_stats: network, listening_tcp_ports: tcp, tcp_connections } = metrics;
  const connections = tcp_connections?.established_connections?.total;
  const parts = [
    network?.bytes_out !== undefined && `${formatBytes(network.bytes_out)} out`,
    network?.bytes_in !== undefined && `${formatBytes(network.bytes_in)} in`,
    tcp?.total !== undefined && plural(tcp.total, 'TCP port'),
    connections !== undefined && plural(connections, 'connection'),
    Object.keys(customMetrics).length > 0 && plural(Object.keys(customMetrics).length, 'custom metric'),
  ];
  return parts.filter(Boolean).join(', ') || 'Without metrics';
}

/** The report as a device would send it, under long names. */
export function documentOf({ reportId, metrics, customMetrics }: AcceptedReport): unknown {
  return { header: { report_id: reportId }, ...(metrics && { metrics }), ...(customMetrics && { custom_metrics: customMetrics }) };
}

export function keyOf({ time, reportId }: AcceptedReport): string {
  return `${time} ${reportId}`;
}
