import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from './until';

/** The binary with the console inside, built before the tests. */
const binary = join(import.meta.dirname, '../../../bin/vedette');

export interface Endpoints {
  http: string;
  mqtt: string;
}

export interface Key {
  id: string;
  secret: string;
}

/** A running server with a data directory of its own; start it with Server.start. */
export class Server {
  readonly dir: string;
  private args: string[];
  private process: ChildProcess | undefined;
  private log = '';
  private at: Endpoints | undefined;

  private constructor(dir: string, args: string[]) {
    this.dir = dir;
    this.args = args;
  }

  /** args: the verb of vedette and its flags, but the data directory and the addresses. */
  static async start(...args: string[]): Promise<Server> {
    const server = new Server(await mkdtemp(join(tmpdir(), 'vedette-e2e-')), args);
    await server.run('127.0.0.1:0', '127.0.0.1:0');
    return server;
  }

  /** A server that runs already, by its data directory: to call its API. */
  static at(dir: string): Server {
    return new Server(dir, []);
  }

  get endpoints(): Endpoints {
    if (!this.at) throw new Error('the server does not run');
    return this.at;
  }

  /** Ends the server and removes what it kept. */
  async remove(): Promise<void> {
    await this.end();
    await rm(this.dir, { recursive: true, force: true });
  }

  /** Ends the server; start it again with resume. */
  async end(): Promise<void> {
    const running = this.process;
    this.process = undefined;
    if (!running || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGTERM');
    await ended;
  }

  /** Starts the server again, at the addresses that it had. */
  async resume(): Promise<void> {
    const { http, mqtt } = this.endpoints;
    await this.run(new URL(http).host, mqtt);
  }

  /** Calls an operation with the command line of the API: iot('list-things'). */
  async iot<T>(...args: string[]): Promise<T> {
    const { stdout } = await this.vedette('iot', ...args);
    return (stdout ? JSON.parse(stdout) : {}) as T;
  }

  /** The access key of the root user. */
  async rootKey(): Promise<Key> {
    return keyIn(await readFile(join(this.dir, 'credentials'), 'utf8'));
  }

  /** Makes an access key with what a policy allows. */
  async makeKey(name: string, ...actions: string[]): Promise<Key> {
    const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] };
    const made = this.vedette('key', 'create', name, '--policy', '-', '--data-dir', this.dir);
    made.child.stdin?.end(JSON.stringify(policy));
    return keyIn((await made).stdout);
  }

  private vedette(...args: string[]) {
    const env = { ...process.env, VEDETTE_DATA_DIR: this.dir, AWS_DEFAULT_OUTPUT: 'json', AWS_PAGER: '' };
    return promisify(execFile)(binary, args, { env, maxBuffer: 64 << 20 });
  }

  private async run(http: string, mqtt: string): Promise<void> {
    const args = [...this.args, '--data-dir', this.dir, '--http-addr', http, '--mqtt-addr', mqtt];
    const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.process = child;
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (this.log += text));
    child.once('error', (error) => (this.log += String(error)));
    this.at = await until('the server is ready', async () => {
      if (child.exitCode !== null || child.pid === undefined) throw new Error(`vedette ${args.join(' ')} ended:\n${this.log}`);
      return JSON.parse(await readFile(join(this.dir, 'endpoints.json'), 'utf8').catch(() => 'null')) as Endpoints | null;
    });
  }

  /** Waits until the server has printed a text. */
  async says(words: string): Promise<void> {
    await until(`the server says "${words}"`, () => this.log.includes(words));
  }
}

function keyIn(credentials: string): Key {
  const value = (name: string) => new RegExp(`^${name} *= *(.+)$`, 'm').exec(credentials)?.[1] ?? '';
  return { id: value('aws_access_key_id'), secret: value('aws_secret_access_key') };
}
