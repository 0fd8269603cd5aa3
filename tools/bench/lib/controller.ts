import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { ProbeActions } from '../servers/probe.ts';
import { Child } from './child.ts';
import { onCleanup } from './cleanup.ts';
import { parentOf } from './process-stats.ts';
import type { Server, Target } from './target.ts';

const ROOT = new URL('../../../', import.meta.url).pathname;
/** What `npm run build` makes. */
export const MAIN = join(ROOT, 'apps/api/dist/main.js');
const BENCH = join(ROOT, 'tools/bench');
const HEALTHY_TIMEOUT_MS = 60_000;
const TOKEN = 'token-of-the-benchmark';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A directory that goes with the benchmark. PostgreSQL may run as another user, which must reach it. */
export function temporaryDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'moolai-bench-'));
  onCleanup(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

export interface ControllerOptions {
  /** The program; that of this workspace by default. */
  main?: string;
  dataDir?: string;
  port?: number;
  env?: Record<string, string>;
}

/**
 * Writes the probe without its types. Otherwise Node strips them in the controller's process, which costs it 18 MB and
 * 0.1 s that the figures must not contain.
 */
function plainProbe(): string {
  const dir = temporaryDir();
  for (const [source, name] of [
    ['lib/answer.ts', 'answer.mjs'],
    ['servers/probe.ts', 'probe.mjs'],
  ] as const) {
    const text = stripTypeScriptTypes(readFileSync(join(BENCH, source), 'utf8'));
    writeFileSync(join(dir, name), text.replace("'../lib/answer.ts'", "'./answer.mjs'"));
  }
  return join(dir, 'probe.mjs');
}

/** The controller as shipped: `main.js` as a process of its own, embedded PostgreSQL, log into a file. */
export class Controller implements Server {
  readonly dataDir: string;
  readonly port: number;
  readonly child: Child<ProbeActions>;

  constructor(dataDir: string, port: number, child: Child<ProbeActions>) {
    this.dataDir = dataDir;
    this.port = port;
    this.child = child;
  }

  static async start({
    main = MAIN,
    dataDir = temporaryDir(),
    port,
    env = {},
  }: ControllerOptions = {}): Promise<Controller> {
    const ownPort = port ?? (await freePort());
    const log = openSync(join(dataDir, 'controller.log'), 'a');
    const child = new Child<ProbeActions>(['--import', plainProbe(), main], {
      cwd: dataDir,
      stdout: log,
      env: {
        CONTROLLER_DATA_DIR: join(dataDir, 'data'),
        CONTROLLER_HOST: '127.0.0.1',
        CONTROLLER_PORT: String(ownPort),
        DEV_BEARER_TOKEN: TOKEN,
        DEMO_FLEET: '0',
        ORCHESTRATOR_AUTH: 'open',
        ...env,
      },
    });
    closeSync(log);
    const controller = new Controller(dataDir, ownPort, child);
    await controller.#untilHealthy();
    return controller;
  }

  get pid(): number {
    return this.child.pid;
  }

  get target(): Target {
    return { host: '127.0.0.1', port: this.port, path: '/ws', token: TOKEN };
  }

  get logBytes(): number {
    return statSync(join(this.dataDir, 'controller.log')).size;
  }

  /** Process id of its PostgreSQL: the parent of any of its connections. */
  async postmaster(): Promise<number> {
    const [connection] = await this.sql<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE application_name = 'moolai-controller' LIMIT 1`,
    );
    if (!connection) throw new Error('the controller has no connection');
    return parentOf(connection.pid);
  }

  async #untilHealthy(): Promise<void> {
    const deadline = performance.now() + HEALTHY_TIMEOUT_MS;
    for (;;) {
      if (await isHealthy(this.port)) return;
      if (this.child.hasEnded || performance.now() > deadline)
        throw new Error(`no start: ${this.#lastLines()}`);
      await delay(5);
    }
  }

  /** Runs SQL with a connection of the benchmark's own. */
  async sql<T extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<T[]> {
    const address = readFileSync(join(this.dataDir, 'data', 'database.json'), 'utf8');
    const client = new pg.Client(JSON.parse(address) as pg.ClientConfig);
    await client.connect();
    try {
      return (await client.query<T>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** Settings of another controller on its embedded database. */
  async databaseEnv(): Promise<Record<string, string>> {
    const address = JSON.parse(await readFile(join(this.dataDir, 'data', 'database.json'), 'utf8')) as Record<
      'host' | 'port' | 'user' | 'password' | 'database',
      string | number
    >;
    const { host, port, user, password, database } = address;
    return {
      DATABASE_HOST: String(host),
      DATABASE_PORT: String(port),
      DATABASE_USER: String(user),
      DATABASE_PASSWORD: String(password),
      DATABASE_NAME: String(database),
    };
  }

  stop(signal?: NodeJS.Signals): Promise<void> {
    return this.child.stop(signal);
  }

  #lastLines(): string {
    return readFileSync(join(this.dataDir, 'controller.log'), 'utf8').slice(-500);
  }
}

async function isHealthy(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/internal/health`, {
      signal: AbortSignal.timeout(2_000),
    });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    // Not listening yet.
    return false;
  }
}
