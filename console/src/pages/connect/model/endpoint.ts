import type { DescribeDeploymentResponse } from '../../../api';

/** Where devices connect to. */
export interface Endpoint {
  /** mutual: TLS, both sides show a certificate; plain: MQTT that asks nobody who they are. */
  mode: 'mutual' | 'plain';
  host: string;
  port: number;
  /** What keeps devices on other machines from connecting; undefined: nothing that is known. */
  local: 'listener' | 'hostname' | undefined;
}

/** How devices reach this server: over TLS if there is such a listener. */
export function endpointOf({ endpoints }: Pick<DescribeDeploymentResponse, 'endpoints'>): Endpoint {
  const { host: bound, port } = splitAddress(endpoints.mqtts ?? endpoints.mqtt);
  if (!endpoints.mqtts) return { mode: 'plain', host: isLoopback(bound) || isAny(bound) ? 'localhost' : bound, port, local: isLoopback(bound) ? 'listener' : undefined };
  // The certificate that the server shows is for its host name.
  if (isLoopback(bound)) return { mode: 'mutual', host: 'localhost', port, local: 'listener' };
  return { mode: 'mutual', host: endpoints.hostname, port, local: isLoopback(endpoints.hostname) ? 'hostname' : undefined };
}

/** "127.0.0.1:8883", "[::]:8883", ":8883" → host without brackets, and port. */
export function splitAddress(address: string): { host: string; port: number } {
  const at = address.lastIndexOf(':');
  return { host: address.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(address.slice(at + 1)) };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function isAny(host: string): boolean {
  return host === '' || host === '0.0.0.0' || host === '::';
}
