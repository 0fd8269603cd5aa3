import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import writeFileAtomic from 'write-file-atomic';
import type { DatabaseConnection } from './connection.js';
import {
  chooseLauncher,
  findBinaries,
  type PostgresBinaries,
  type PostgresLauncher,
} from './postgres-launcher.js';

const USER = 'moolai';
const DATABASE = 'moolai_controller';
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;
const POLL_MS = 20;

/** Options of {@link EmbeddedPostgres.start}. */
export interface EmbeddedPostgresOptions {
  /** The cluster lives in `postgres/`, its address in `database.json`, its log in `postgres.log` below it. */
  dataDir: string;
  /** Trades the safety of the data for speed; for tests only. */
  volatile?: boolean;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Resolves when the server answers a query; rejects with why it does not. */
async function ping(connection: DatabaseConnection): Promise<void> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end();
  }
}

/**
 * A real PostgreSQL server under the data directory.
 *
 * It runs in a session of its own: a terminal signals its whole foreground group, and the database
 * must outlive the controller's last flush. A server that a killed controller left behind is adopted.
 */
export class EmbeddedPostgres {
  private constructor(
    readonly connection: DatabaseConnection,
    private readonly clusterDir: string,
  ) {}

  /**
   * Starts the server, or adopts the one that still runs on this data directory.
   * @throws Error with the server's own words when it does not come up
   */
  static async start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    await mkdir(options.dataDir, { recursive: true });
    const launcher = chooseLauncher();
    const clusterDir = launcher.clusterDir(join(options.dataDir, 'postgres'));
    const addressFile = join(options.dataDir, 'database.json');
    const known = readAddress(addressFile);
    if (known && runningPid(clusterDir) !== undefined) {
      const adopted = new EmbeddedPostgres(known, clusterDir);
      await adopted.waitUntilReady(join(options.dataDir, 'postgres.log'));
      return adopted;
    }
    const binaries = await findBinaries();
    const password = known?.password ?? randomBytes(24).toString('base64url');
    const connection = {
      host: '127.0.0.1',
      port: await freePort(),
      user: USER,
      password,
      database: DATABASE,
    };
    await writeFileAtomic(addressFile, `${JSON.stringify(connection, null, 2)}\n`, { mode: 0o600 });
    if (!existsSync(join(clusterDir, 'PG_VERSION')))
      await initialize(launcher, binaries, clusterDir, password);
    const server = new EmbeddedPostgres(connection, clusterDir);
    await server.launch(launcher, binaries, options);
    return server;
  }

  private async launch(
    launcher: PostgresLauncher,
    binaries: PostgresBinaries,
    options: EmbeddedPostgresOptions,
  ): Promise<void> {
    forgetForeignPid(this.clusterDir);
    const logFile = join(options.dataDir, 'postgres.log');
    const output = openSync(logFile, 'a', 0o600);
    const settings = [
      `port=${this.connection.port}`,
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      'max_connections=100',
      'timezone=UTC',
      ...(options.volatile ? ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'] : []),
    ];
    const args = ['-D', this.clusterDir, ...settings.flatMap((setting) => ['-c', setting])];
    const child = launcher.start(binaries.postgres, args, output);
    closeSync(output);
    child.unref();
    const exited = new Promise<never>((_, reject) => {
      child.once('error', reject);
      child.once('exit', (code) =>
        reject(new Error(`PostgreSQL ended at start (${code}): ${lastLines(logFile)}`)),
      );
    });
    await Promise.race([this.waitUntilReady(logFile), exited]);
    // From here on its end is somebody's stop, and the log may be gone by then.
    child.removeAllListeners('exit').removeAllListeners('error');
  }

  private async waitUntilReady(logFile: string): Promise<void> {
    const deadline = performance.now() + START_TIMEOUT_MS;
    for (;;) {
      try {
        await ping({ ...this.connection, database: 'postgres' });
        break;
      } catch (error) {
        if (performance.now() > deadline) {
          throw new Error(`PostgreSQL does not answer: ${lastLines(logFile)}`, { cause: error });
        }
        await delay(POLL_MS);
      }
    }
    await this.createDatabase();
  }

  private async createDatabase(): Promise<void> {
    const client = new pg.Client({ ...this.connection, database: 'postgres' });
    await client.connect();
    try {
      const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
      if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
    } finally {
      await client.end();
    }
  }

  /** Stops the server: open transactions are rolled back, committed data is on disk when this resolves. */
  async stop(): Promise<void> {
    const pid = runningPid(this.clusterDir);
    if (pid === undefined) return;
    process.kill(pid, 'SIGINT');
    const deadline = performance.now() + STOP_TIMEOUT_MS;
    while (isAlive(pid) && existsSync(join(this.clusterDir, 'postmaster.pid'))) {
      if (performance.now() > deadline) {
        process.kill(pid, 'SIGQUIT');
        return;
      }
      await delay(POLL_MS);
    }
  }
}

function readAddress(file: string): DatabaseConnection | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as DatabaseConnection;
  } catch (error) {
    // Without it nobody knows the password of the cluster beside it.
    throw new Error(`${file} cannot be read; restore it, or move the data directory away`, { cause: error });
  }
}

async function initialize(
  launcher: PostgresLauncher,
  binaries: PostgresBinaries,
  clusterDir: string,
  password: string,
): Promise<void> {
  // An interrupted initdb leaves a half-made cluster behind, which it refuses to complete.
  await rm(clusterDir, { recursive: true, force: true });
  const passwordFile = join(tmpdir(), `moolai-${randomBytes(8).toString('hex')}`);
  // 0644 in a name nobody can guess, for a moment: initdb may run as another user than this process.
  await writeFile(passwordFile, password, { mode: 0o644, flag: 'wx' });
  try {
    const options = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-instructions'];
    await launcher.run(binaries.initdb, [
      '-D',
      clusterDir,
      '-U',
      USER,
      `--pwfile=${passwordFile}`,
      ...options,
    ]);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** The pid in the cluster's lock file, when it belongs to a live PostgreSQL of this very cluster. */
function runningPid(clusterDir: string): number | undefined {
  const pid = lockedPid(clusterDir);
  return pid !== undefined && isAlive(pid) && isPostgresOf(pid, clusterDir) ? pid : undefined;
}

function lockedPid(clusterDir: string): number | undefined {
  const file = join(clusterDir, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

/** After a power cut the stale pid may belong to any program by now; only /proc can tell. */
function isPostgresOf(pid: number, clusterDir: string): boolean {
  const commandLine = `/proc/${pid}/cmdline`;
  if (!existsSync('/proc/self/cmdline')) return true;
  try {
    return readFileSync(commandLine, 'utf8').split('\0').includes(clusterDir);
  } catch {
    return false;
  }
}

/** Removes a lock file whose pid was taken over by another program: PostgreSQL itself would refuse to start. */
function forgetForeignPid(clusterDir: string): void {
  const pid = lockedPid(clusterDir);
  if (pid !== undefined && runningPid(clusterDir) === undefined) {
    rmSync(join(clusterDir, 'postmaster.pid'), { force: true });
  }
}

function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trim().split('\n').slice(-3).join(' | ');
}
