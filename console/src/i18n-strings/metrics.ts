import type { MetricName } from '../api';

/** Title and explanation of each metric of AWS. */
export const metricNames: Record<MetricName, { title: string; help: string }> = {
  'aws:all-bytes-in': { title: 'Bytes in', help: 'Bytes that the device received since its last report.' },
  'aws:all-bytes-out': { title: 'Bytes out', help: 'Bytes that the device sent since its last report.' },
  'aws:all-packets-in': { title: 'Packets in', help: 'Network packets that the device received since its last report.' },
  'aws:all-packets-out': { title: 'Packets out', help: 'Network packets that the device sent since its last report.' },
  'aws:num-listening-tcp-ports': { title: 'Listening TCP port count', help: 'How many TCP ports the device listens on.' },
  'aws:num-listening-udp-ports': { title: 'Listening UDP port count', help: 'How many UDP ports the device listens on.' },
  'aws:num-established-tcp-connections': { title: 'Established TCP connections count', help: 'How many TCP connections the device has open.' },
  'aws:listening-tcp-ports': { title: 'Listening TCP ports', help: 'The TCP ports that the device listens on.' },
  'aws:listening-udp-ports': { title: 'Listening UDP ports', help: 'The UDP ports that the device listens on.' },
  'aws:destination-ip-addresses': { title: 'Destination IPs', help: 'The IP addresses that the device has TCP connections to.' },
  'aws:message-byte-size': { title: 'Message size', help: 'Size of the messages that the device publishes, without topic and headers.' },
  'aws:num-messages-sent': { title: 'Messages sent', help: 'How many messages the device published in a window of time.' },
  'aws:num-messages-received': { title: 'Messages received', help: 'How many messages were delivered to the device in a window of time.' },
  'aws:num-authorization-failures': {
    title: 'Authorization failures',
    help: 'How often policies denied what the device tried: to connect, publish, subscribe or receive.',
  },
  'aws:source-ip-address': { title: 'Source IP', help: 'The addresses that the device connected from.' },
  'aws:num-connection-attempts': { title: 'Connection attempts', help: 'How often the device tried to connect in a window of time, with or without success.' },
  'aws:num-disconnects': { title: 'Disconnects', help: 'How often connections of the device ended in a window of time.' },
  'aws:disconnect-duration': { title: 'Disconnect duration', help: 'For how many minutes the device has not been connected.' },
};

/** A metric as people call it; a custom metric has its own name. */
export function metricTitle(name: string | undefined): string {
  if (!name) return '';
  return name in metricNames ? metricNames[name as MetricName].title : name;
}

export function metricHelp(name: string): string {
  return name in metricNames ? metricNames[name as MetricName].help : 'A custom metric, which devices report in custom_metrics.';
}
