import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiClient, type ApiClient } from './api-client.js';
import { waitUntil } from './wait-until.js';
import pg from 'pg';

const MAIN = new URL('../../../apps/api/dist/main.js', import.meta.url).pathname;

/** A first start creates a database, which is slow on a busy machine. */
const START_PATIENCE_MS = 50_000;

/** How a process ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** The token of a controller without `DEV_BEARER_TOKEN`. */
const TOKEN = 'fake-dev-token';

const dataDirs = new Set<string>();

/** Creates an empty directory, for a controller's data or anything else. `removeDataDirs` removes it. */
export function newDataDir(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'moolai-process-'));
  dataDirs.add(dataDir);
  return dataDir;
}

export function removeDataDir(dataDir: string): void {
  // A process that was just killed may still write.
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  dataDirs.delete(dataDir);
}

/** Removes every directory that `newDataDir` created. */
export function removeDataDirs(): void {
  for (const dataDir of dataDirs) removeDataDir(dataDir);
}

/** Ids of the processes whose command line contains `text`. */
export function processesOf(text: string): number[] {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
    } catch {
      // It has ended in the meantime.
      return false;
    }
  });
}

const running = new Set<ControllerProcess>();

/** The controller as `npm start` runs it, in its own process and process group. */
export class ControllerProcess {
  output = '';
  errors = '';
  exit: Exit | undefined;
  /** The REST API, with the development token. */
  readonly api = this.apiWith(TOKEN);
  private readonly child: ChildProcess;

  constructor(
    readonly port: number,
    readonly dataDir: string,
    env: Record<string, string> = {},
    /** A descriptor for the standard output, or `unread` for a socket that is not read. */
    stdout?: number | 'unread',
    /** A program that replaces itself with another one (`exec`), and its arguments. */
    launcher: string[] = [],
  ) {
    // Passes only the environment that every shell has.
    const { PATH = '', HOME = '' } = process.env;
    const [program = process.execPath, ...args] = [...launcher, process.execPath, MAIN];
    this.child = spawn(program, args, {
      detached: true,
      env: {
        PATH,
        HOME,
        CONTROLLER_HOST: '127.0.0.1',
        CONTROLLER_PORT: String(port),
        CONTROLLER_DATA_DIR: dataDir,
        HEARTBEAT_INTERVAL_SEC: '0.2',
        HEARTBEAT_TTL_SEC: '5',
        ...env,
      },
      stdio: ['ignore', typeof stdout === 'number' ? stdout : 'pipe', 'pipe'],
    });
    if (stdout === undefined) this.readOutput();
    this.child.stderr?.on('data', (data: Buffer) => (this.errors += data.toString()));
    this.child.once('exit', (code, signal) => {
      this.exit = { code, signal };
      running.delete(this);
    });
    running.add(this);
  }

  /** Ends processes that a failed test left running, including databases. */
  static killLeftovers(): void {
    for (const { dataDir } of running) {
      for (const pid of processesOf(dataDir)) process.kill(pid, 'SIGKILL');
    }
    for (const { pid } of running) process.kill(pid, 'SIGKILL');
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** The REST API with another token. */
  apiWith(token = TOKEN): ApiClient {
    return apiClient(() => `http://127.0.0.1:${this.port}`, token);
  }

  /** GET without credentials; undefined while the port is closed. */
  async fetch(path: string, token?: string): Promise<{ status: number; body: unknown } | undefined> {
    try {
      const headers = token ? { authorization: `Bearer ${token}` } : undefined;
      const response = await fetch(`http://127.0.0.1:${this.port}${path}`, headers ? { headers } : {});
      return { status: response.status, body: await response.json() };
    } catch {
      return undefined;
    }
  }

  /** GET with the development token; returns `data`. */
  async get<T>(path: string): Promise<T> {
    const response = await this.fetch(`/api/v1${path}`, TOKEN);
    if (response?.status !== 200) throw new Error(`${path}: ${JSON.stringify(response)}`);
    return (response.body as { data: T }).data;
  }

  async untilHealthy(): Promise<void> {
    const isHealthy = async (): Promise<boolean> => {
      if (this.exit) throw new Error(`it ended: ${this.errors} ${this.output}`);
      return (await this.fetch('/api/v1/controller/health'))?.status === 200;
    };
    await waitUntil(`it is healthy; it said ${this.errors}`, isHealthy, START_PATIENCE_MS);
  }

  /** Starts reading a standard output that was `unread`. */
  readOutput(): void {
    this.child.stdout?.on('data', (data: Buffer) => (this.output += data.toString()));
  }

  /** Sends a signal to the whole group, as a terminal does. */
  signalGroup(signal: NodeJS.Signals): void {
    process.kill(-this.pid, signal);
  }

  /** Sends a signal to the controller only. */
  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  async untilExit(): Promise<Exit> {
    return waitUntil('the process ends', () => this.exit, START_PATIENCE_MS);
  }

  /** Sends SIGTERM and waits for the exit. */
  async stop(): Promise<Exit> {
    this.signal('SIGTERM');
    return this.untilExit();
  }

  /** Ends it without warning, as a lost machine does. */
  async kill(): Promise<Exit> {
    this.signal('SIGKILL');
    return this.untilExit();
  }

  /** Runs one statement in the embedded database, as an operator with psql would. */
  async query<T extends pg.QueryResultRow>(statement: string): Promise<T[]> {
    const address = JSON.parse(readFileSync(join(this.dataDir, 'database.json'), 'utf8')) as pg.ClientConfig;
    const client = new pg.Client(address);
    await client.connect();
    try {
      return (await client.query<T>(statement)).rows;
    } finally {
      await client.end();
    }
  }
}
