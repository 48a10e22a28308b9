import { spawn, type ChildProcess } from 'node:child_process';

/** What a device reports: the members of "metrics", and "custom_metrics" beside it. */
export interface Report {
  metrics?: Record<string, unknown>;
  custom_metrics?: Record<string, unknown>;
}

/** A device with one MQTT connection: mosquitto_pub, which publishes line by line. */
export class Device {
  readonly thing: string;
  private readonly process: ChildProcess;
  private reports = Math.floor(Date.now() / 1000);

  constructor(mqtt: string, thing: string) {
    this.thing = thing;
    const [host = '', port = ''] = mqtt.split(':');
    const topic = `$aws/things/${thing}/defender/metrics/json`;
    this.process = spawn('mosquitto_pub', ['-h', host, '-p', port, '-i', thing, '-q', '1', '-t', topic, '-l'], { stdio: ['pipe', 'ignore', 'inherit'] });
  }

  /** Publishes a report with an id of its own. */
  report(report: Report): void {
    this.send(JSON.stringify({ header: { report_id: this.reports++, version: '1.0' }, metrics: {}, ...report }));
  }

  /** Reports the TCP ports that the device listens on. */
  listens(...ports: number[]): void {
    this.report({ metrics: { listening_tcp_ports: { ports: ports.map((port) => ({ port })), total: ports.length } } });
  }

  /** Publishes anything on the topic for reports. */
  send(line: string): void {
    this.process.stdin?.write(`${line}\n`);
  }

  /** Disconnects. */
  async leave(): Promise<void> {
    if (this.process.exitCode !== null) return;
    const left = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.stdin?.end();
    await left;
  }
}
