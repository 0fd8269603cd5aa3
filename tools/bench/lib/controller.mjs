import { mkdtempSync, openSync, closeSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { Child } from './child.mjs';
import { onCleanup } from './cleanup.mjs';
import { parentOf } from './process-stats.mjs';

const ROOT = new URL('../../../', import.meta.url).pathname;
const MAIN = join(ROOT, 'apps/api/dist/main.js');
const PROBE = join(ROOT, 'tools/bench/servers/probe.mjs');
const HEALTHY_TIMEOUT_MS = 60_000;
export const TOKEN = 'token-of-the-benchmark';

export async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A directory that goes with the benchmark. PostgreSQL may run as another user, which must reach it. */
export function temporaryDir() {
  const dir = mkdtempSync(join(tmpdir(), 'moolai-bench-'));
  onCleanup(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** The controller as shipped: `main.js` as a process of its own, embedded PostgreSQL, log into a file. */
export class Controller {
  constructor(dataDir, port, child) {
    this.dataDir = dataDir;
    this.port = port;
    this.child = child;
  }

  static async start({ dataDir = temporaryDir(), port, env = {} } = {}) {
    const ownPort = port ?? (await freePort());
    const log = openSync(join(dataDir, 'controller.log'), 'a');
    const child = new Child(['--import', PROBE, MAIN], {
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

  get pid() {
    return this.child.pid;
  }

  get target() {
    return { host: '127.0.0.1', port: this.port, path: '/ws', token: TOKEN };
  }

  get logBytes() {
    return statSync(join(this.dataDir, 'controller.log')).size;
  }

  /** Process id of its PostgreSQL: the parent of any of its connections. */
  async postmaster() {
    const [{ pid }] = await this.sql(
      `SELECT pid FROM pg_stat_activity WHERE application_name = 'moolai-controller' LIMIT 1`,
    );
    return parentOf(pid);
  }

  async #untilHealthy() {
    const deadline = performance.now() + HEALTHY_TIMEOUT_MS;
    for (;;) {
      if (await isHealthy(this.port)) return;
      if (this.child.hasEnded || performance.now() > deadline)
        throw new Error(`no start: ${this.#lastLines()}`);
      await delay(5);
    }
  }

  /** A request of the API; gives the data of its answer. */
  async request(method, path, body) {
    const response = await fetch(`http://127.0.0.1:${this.port}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      body: body && JSON.stringify(body),
    });
    const answer = await response.json();
    if (!answer.success) throw new Error(`${method} ${path}: ${response.status} ${answer.detail}`);
    return answer.data;
  }

  /** Runs SQL with a connection of the benchmark's own. */
  async sql(text, values) {
    const address = JSON.parse(readFileSync(join(this.dataDir, 'data', 'database.json'), 'utf8'));
    const client = new pg.Client(address);
    await client.connect();
    try {
      return (await client.query(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  stop(signal) {
    return this.child.stop(signal);
  }

  #lastLines() {
    return readFileSync(join(this.dataDir, 'controller.log'), 'utf8').slice(-500);
  }
}

async function isHealthy(port) {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/internal/health`, {
      signal: AbortSignal.timeout(2_000),
    });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    // Nobody listens yet.
    return false;
  }
}
