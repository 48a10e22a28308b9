import { reportTopic } from '../clients';
import type { Endpoint } from './endpoint';
import type { Progress } from './progress';

export interface Check {
  title: string;
  state: 'done' | 'waiting' | 'failed';
  /** What to look at while it is not done. */
  hints: string[];
}

/** What has to happen until a report is there, and what to look at where it stops. */
export function checklist(progress: Progress, thingName: string, endpoint: Endpoint): Check[] {
  const connected = progress.kind !== 'waiting';
  const rejected = progress.kind === 'rejected';
  const arrived = progress.kind === 'arrived';
  return [
    { title: 'The device connects', state: connected ? 'done' : 'waiting', hints: connected ? [] : connectHints(thingName, endpoint) },
    {
      title: 'It publishes a report',
      state: arrived || rejected ? 'done' : progress.kind === 'left' ? 'failed' : 'waiting',
      hints: arrived || rejected || !connected ? [] : publishHints(thingName, progress),
    },
    { title: 'The report is accepted', state: arrived ? 'done' : rejected ? 'failed' : 'waiting', hints: [] },
  ];
}

function connectHints(thingName: string, { mode, host, port, local }: Endpoint): string[] {
  const where = `${host}:${port}`;
  const reach =
    local === 'listener'
      ? `Does it run on this server's machine? ${where} is a loopback address.`
      : local === 'hostname'
        ? 'Does the device know the server by another name than localhost? Start the server with --hostname NAME: its certificate is for that name.'
        : `Can the device reach ${where}? "Connection refused" or a time-out says no: look at the firewall, and at the name.`;
  if (mode === 'plain') return [reach, `Is its client ID ${thingName}?`];
  return [
    reach,
    `Does TLS fail with "certificate verify failed"? Then the device does not use ca.pem of this server, or connects to another name than ${host}.`,
    `Is it refused as "not authorized"? Its client ID has to be ${thingName}, and the certificate and policy have to be as they were made here.`,
    'The log of the server says why it refuses a connection: look for "connection refused".',
  ];
}

function publishHints(thingName: string, progress: Progress): string[] {
  const topic = `Is the topic ${reportTopic(thingName)} (or …/cbor), to the letter? In a shell, put it into single quotes.`;
  if (progress.kind === 'left') return ['It left without a report. What its policy does not allow ends the connection, and so does a second client with the same client ID.', topic];
  return ['It is connected, but no report came yet. Agents send the first one after an interval, often five minutes.', topic];
}
