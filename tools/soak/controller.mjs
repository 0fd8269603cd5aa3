import { closeSync, openSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { processesOf } from '@moolai/testing';
import pg from 'pg';

const MAIN = new URL('../../apps/api/dist/main.js', import.meta.url).pathname;
const TOKEN = 'token-of-the-soak';
const START_PATIENCE_MS = 120_000;

/** The controller as shipped, killed and started again on the same data and the same port. */
export class Controller {
  starts = 0;
  #child;

  constructor({ dataDir, configDir, logFile, port, env }) {
    Object.assign(this, { dataDir, configDir, logFile, port, env });
  }

  get pid() {
    return this.#child?.pid;
  }

  get isRunning() {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get address() {
    return `127.0.0.1:${this.port}`;
  }

  async start() {
    const log = openSync(this.logFile, 'a');
    const { PATH, HOME } = process.env;
    this.#child = spawn(process.execPath, [MAIN], {
      env: {
        PATH,
        HOME,
        CONTROLLER_HOST: '127.0.0.1',
        CONTROLLER_PORT: String(this.port),
        CONTROLLER_DATA_DIR: this.dataDir,
        CONTROLLER_CONFIG_DIR: this.configDir,
        DEV_BEARER_TOKEN: TOKEN,
        DEMO_FLEET: '0',
        LOG_FORMAT: 'json',
        ...this.env,
      },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.starts += 1;
    await this.untilReady();
  }

  /** Ends it without warning. Its database goes on alone, as the database of a crashed process does. */
  async kill() {
    this.#child.kill('SIGKILL');
    await this.#ended();
  }

  /** Ends it as an operator does; gives the exit code. */
  async stop() {
    this.#child.kill('SIGTERM');
    await this.#ended();
    return this.#child.exitCode;
  }

  async #ended() {
    while (this.isRunning) await delay(20);
  }

  async untilReady() {
    const deadline = performance.now() + START_PATIENCE_MS;
    while (performance.now() < deadline) {
      if (!this.isRunning) throw new Error(`the controller ended: ${this.lastLines()}`);
      const answer = await this.request('GET', '/controller/health').catch(() => undefined);
      if (answer?.status === 200) return;
      await delay(100);
    }
    throw new Error(`the controller is not healthy: ${this.lastLines()}`);
  }

  lastLines() {
    return readFileSync(this.logFile, 'utf8').slice(-1_000);
  }

  emptyLog() {
    truncateSync(this.logFile);
  }

  /** A request of the API; gives status, body and headers. Rejects when no answer comes. */
  async request(method, path, { body, headers = {}, timeoutMs = 30_000 } = {}) {
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
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  /** The exposition at `/metrics`, or undefined while it cannot be had. */
  async metrics() {
    try {
      const response = await fetch(`http://${this.address}/metrics`, { signal: AbortSignal.timeout(5_000) });
      return await response.text();
    } catch {
      // Stopped or busy at this moment: the next sample has it.
      return undefined;
    }
  }

  /** Rows of a statement, on a connection of the soak's own. */
  async sql(text, values) {
    const client = new pg.Client(JSON.parse(readFileSync(join(this.dataDir, 'database.json'), 'utf8')));
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** Every process of the embedded database. */
  databasePids() {
    const postmaster = Number(
      readFileSync(join(this.dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0],
    );
    return [postmaster, ...childrenOf(postmaster)];
  }

  /** Sends a signal to every process of the embedded database. */
  signalDatabase(signal) {
    for (const pid of this.databasePids()) signalIfThere(pid, signal);
  }

  /** Ends whatever is left of the controller and its database. */
  removeProcesses() {
    if (this.isRunning) this.#child.kill('SIGKILL');
    for (const pid of processesOf(this.dataDir)) signalIfThere(pid, 'SIGKILL');
  }
}

function childrenOf(parent) {
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

function signalIfThere(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended meanwhile.
  }
}
