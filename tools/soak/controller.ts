import { closeSync, openSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { processesOf } from '@moolai/testing';
import pg from 'pg';

const MAIN = new URL('../../apps/api/dist/main.js', import.meta.url).pathname;
const TOKEN = 'token-of-the-soak';
const START_PATIENCE_MS = 120_000;

export interface ControllerOptions {
  dataDir: string;
  configDir: string;
  logFile: string;
  port: number;
  env: Record<string, string>;
}

export interface RequestOptions {
  body?: object;
  headers?: Record<string, string>;
  timeoutMs?: number;
}

export interface Answer<T> {
  status: number;
  headers: Headers;
  body: { data?: T; detail?: string };
}

/** The controller as shipped, killed and started again on the same data and the same port. */
export class Controller {
  starts = 0;
  readonly configDir: string;
  readonly #options: ControllerOptions;
  #child: ChildProcess | undefined;

  constructor(options: ControllerOptions) {
    this.configDir = options.configDir;
    this.#options = options;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get address(): string {
    return `127.0.0.1:${this.#options.port}`;
  }

  async start(): Promise<void> {
    const { dataDir, configDir, logFile, port, env } = this.#options;
    const log = openSync(logFile, 'a');
    const { PATH, HOME } = process.env;
    this.#child = spawn(process.execPath, [MAIN], {
      env: {
        PATH,
        HOME,
        CONTROLLER_HOST: '127.0.0.1',
        CONTROLLER_PORT: String(port),
        CONTROLLER_DATA_DIR: dataDir,
        CONTROLLER_CONFIG_DIR: configDir,
        DEV_BEARER_TOKEN: TOKEN,
        DEMO_FLEET: '0',
        LOG_FORMAT: 'json',
        ...env,
      },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.starts += 1;
    await this.untilReady();
  }

  /** Ends it without warning. Its database goes on alone, as the database of a crashed process does. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#ended();
  }

  /** Ends it as an operator does; gives the exit code. */
  async stop(): Promise<number | null> {
    this.#child?.kill('SIGTERM');
    await this.#ended();
    return this.#child?.exitCode ?? null;
  }

  async #ended(): Promise<void> {
    while (this.isRunning) await delay(20);
  }

  async untilReady(): Promise<void> {
    const deadline = performance.now() + START_PATIENCE_MS;
    while (performance.now() < deadline) {
      if (!this.isRunning) throw new Error(`the controller ended: ${this.lastLines()}`);
      const answer = await this.request('GET', '/controller/health').catch(() => undefined);
      if (answer?.status === 200) return;
      await delay(100);
    }
    throw new Error(`the controller is not healthy: ${this.lastLines()}`);
  }

  lastLines(): string {
    return readFileSync(this.#options.logFile, 'utf8').slice(-1_000);
  }

  emptyLog(): void {
    truncateSync(this.#options.logFile);
  }

  /** A request of the API; gives status, body and headers. Rejects when no answer comes. */
  async request<T>(
    method: string,
    path: string,
    { body, headers = {}, timeoutMs = 30_000 }: RequestOptions = {},
  ): Promise<Answer<T>> {
    const response = await fetch(`http://${this.address}/api/v1${path}`, {
      method,
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        authorization: `Bearer ${TOKEN}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Answer<T>['body'],
    };
  }

  /** Rows of a statement, on a connection of the soak's own. */
  async sql<T extends pg.QueryResultRow>(text: string): Promise<T[]> {
    const address = readFileSync(join(this.#options.dataDir, 'database.json'), 'utf8');
    const client = new pg.Client(JSON.parse(address) as pg.ClientConfig);
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<T>(text)).rows;
    } finally {
      await client.end();
    }
  }

  /** The only row of a statement. */
  async row<T extends pg.QueryResultRow>(text: string): Promise<T> {
    const [row] = await this.sql<T>(text);
    if (!row) throw new Error(`no row: ${text}`);
    return row;
  }

  /** Every process of the embedded database. */
  databasePids(): number[] {
    const postmaster = Number(
      readFileSync(join(this.#options.dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0],
    );
    return [postmaster, ...childrenOf(postmaster)];
  }

  /** Sends a signal to every process of the embedded database. */
  signalDatabase(signal: NodeJS.Signals): void {
    for (const pid of this.databasePids()) signalIfThere(pid, signal);
  }

  /** Ends whatever is left of the controller and its database. */
  removeProcesses(): void {
    if (this.isRunning) this.#child?.kill('SIGKILL');
    for (const pid of processesOf(this.#options.dataDir)) signalIfThere(pid, 'SIGKILL');
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
        return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]) === parent;
      } catch {
        // It ended between the listing and the reading.
        return false;
      }
    });
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended meanwhile.
  }
}
