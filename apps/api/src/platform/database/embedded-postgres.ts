import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, renameSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { replaceFile } from '../files/replace-file.js';
import { parseEmbeddedAddress, type EmbeddedAddress } from './embedded-address.js';
import { isOutOfDescriptors } from '../process/file-descriptors.js';
import { isAlive, runningPostmaster, forgetForeignLock } from './postmaster.js';
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
const SUPERVISION_MS = 1_000;
const WRONG_PASSWORD = '28P01';

/** Options of {@link EmbeddedPostgres}. */
export interface EmbeddedPostgresOptions {
  /** The cluster is in `postgres/` below it, its address in `database.json`, its log in `postgres.log`. */
  dataDir: string;
  /** Defaults to a free port. */
  port?: number;
  /** Trades durability for speed; for tests only. */
  volatile?: boolean;
  /** Called after the server ended unexpectedly and was restarted, or if restarting or checking it failed. */
  onRevival?: (error: Error | undefined) => void;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Resolves when the server answers a query; rejects with the reason if it does not. */
async function ping(connection: EmbeddedAddress): Promise<void> {
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
 * It runs in its own session: a terminal signals its whole foreground group, and the database must outlive the
 * controller's last flush. A server left by a killed controller is adopted, and one that ends unexpectedly is
 * restarted.
 */
export class EmbeddedPostgres {
  private readonly launcher: PostgresLauncher = chooseLauncher();
  private readonly clusterDir: string;
  private readonly addressFile: string;
  private readonly logFile: string;
  private starting: Promise<EmbeddedAddress> | undefined;
  private isStopped = false;
  private child: ChildProcess | undefined;
  private supervisor: NodeJS.Timeout | undefined;
  private reviving: Promise<void> | undefined;
  /** The last problem of the supervision, so that it is reported once. */
  private lastTrouble: string | undefined;

  constructor(private readonly options: EmbeddedPostgresOptions) {
    const { dataDir } = options;
    this.clusterDir = this.launcher.clusterDir(join(dataDir, 'postgres'));
    this.addressFile = join(dataDir, 'database.json');
    this.logFile = join(dataDir, 'postgres.log');
  }

  /**
   * Starts the server, or adopts the one still running on this data directory.
   * @returns its address
   * @throws Error with the server's own message if it does not start
   */
  start(): Promise<EmbeddedAddress> {
    this.starting ??= this.startOrAdopt().then((connection) => {
      this.supervise(connection);
      return connection;
    });
    return this.starting;
  }

  /**
   * Stops the server: open transactions are rolled back, and committed data is on disk when this resolves. Waits for a
   * start in progress, so that nothing is left running.
   */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.starting?.catch(() => undefined);
    clearTimeout(this.supervisor);
    await this.reviving;
    const pid = this.present();
    if (pid === undefined) return;
    process.kill(pid, 'SIGINT');
    const deadline = performance.now() + STOP_TIMEOUT_MS;
    while (isAlive(pid) && this.isPostmaster(pid)) {
      if (performance.now() > deadline) {
        process.kill(pid, 'SIGQUIT');
        return;
      }
      await delay(POLL_MS);
    }
  }

  private async startOrAdopt(): Promise<EmbeddedAddress> {
    await mkdir(this.options.dataDir, { recursive: true });
    const known = this.readAddress();
    if (known && runningPostmaster(this.clusterDir) !== undefined) {
      await this.waitUntilReady(known);
      return known;
    }
    const binaries = await findBinaries();
    const password = known?.password ?? randomBytes(24).toString('base64url');
    this.assertWanted();
    await this.prepareCluster(binaries, password, known !== undefined);
    // As late as possible: another program may take the port before the server does.
    const port = this.options.port ?? (await freePort());
    const address = { host: '127.0.0.1', port, user: USER, password, database: DATABASE };
    const connection = { ...address, ssl: false } as const;
    await replaceFile(this.addressFile, `${JSON.stringify(address, null, 2)}\n`);
    this.assertWanted();
    await this.launch(binaries, connection);
    return connection;
  }

  /**
   * Restarts a server that was killed from outside, for example by the kernel when memory is short. Not `Recurring`,
   * which logs every failure: the owner reports each problem once.
   */
  private supervise(connection: EmbeddedAddress): void {
    if (this.isStopped) return;
    this.supervisor = setTimeout(() => {
      this.reviving = this.reviveIfDead(connection).then(() => this.supervise(connection));
    }, SUPERVISION_MS).unref();
  }

  /** Never rejects: an error is reported once, and retried a second later. */
  private async reviveIfDead(connection: EmbeddedAddress): Promise<void> {
    try {
      if (runningPostmaster(this.clusterDir) === undefined) {
        await this.launch(await findBinaries(), connection);
        this.options.onRevival?.(undefined);
      }
      this.lastTrouble = undefined;
    } catch (error) {
      const { message } = error as Error;
      if (this.isStopped || message === this.lastTrouble) return;
      this.lastTrouble = message;
      this.options.onRevival?.(error as Error);
    }
  }

  /** Creates a cluster in a temporary directory and moves it into place, so that an incomplete one is never used. */
  private async prepareCluster(
    binaries: PostgresBinaries,
    password: string,
    isKnown: boolean,
  ): Promise<void> {
    if (existsSync(this.clusterDir)) {
      if (isKnown) return;
      throw new Error(
        `${this.clusterDir} has a database, but ${this.addressFile} with its password is missing; ` +
          'restore it, or move the database away',
      );
    }
    const unfinished = `${this.clusterDir}.new`;
    const passwordFile = this.launcher.secretFile(join(this.options.dataDir, 'initdb-password'), password);
    try {
      await rm(unfinished, { recursive: true, force: true });
      const options = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-instructions'];
      await this.launcher.run(binaries.initdb, [
        '-D',
        unfinished,
        '-U',
        USER,
        `--pwfile=${passwordFile}`,
        ...options,
      ]);
    } finally {
      await rm(passwordFile, { force: true });
    }
    // Writes the address first: a cluster without its password would be useless.
    const address = { host: '127.0.0.1', port: 0, user: USER, password, database: DATABASE };
    await replaceFile(this.addressFile, `${JSON.stringify(address, null, 2)}\n`);
    renameSync(unfinished, this.clusterDir);
  }

  private async launch(binaries: PostgresBinaries, connection: EmbeddedAddress): Promise<void> {
    forgetForeignLock(this.clusterDir);
    const output = openSync(this.logFile, 'a', 0o600);
    const settings = [
      `port=${connection.port}`,
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      'max_connections=100',
      // Its statements are short and many, and the machine is small: parallel workers would take processors from other
      // statements.
      'max_parallel_workers_per_gather=0',
      'timezone=UTC',
      ...(this.options.volatile ? ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'] : []),
    ];
    const args = ['-D', this.clusterDir, ...settings.flatMap((setting) => ['-c', setting])];
    const child = this.launcher.start(binaries.postgres, args, output);
    this.child = child;
    closeSync(output);
    child.unref();
    const exited = new Promise<never>((_, reject) => {
      child.once('error', reject);
      child.once('exit', (code) =>
        reject(new Error(`PostgreSQL ended at start (${code}): ${lastLines(this.logFile)}`)),
      );
    });
    await Promise.race([this.waitUntilReady(connection), exited]);
    // A later exit is an intended stop, and the log may be gone by then.
    child.removeAllListeners('exit').removeAllListeners('error');
    child.on('error', () => undefined);
  }

  private async waitUntilReady(connection: EmbeddedAddress): Promise<void> {
    const deadline = performance.now() + START_TIMEOUT_MS;
    for (;;) {
      try {
        await ping({ ...connection, database: 'postgres' });
        break;
      } catch (error) {
        this.assertWanted();
        if ((error as { code?: string }).code === WRONG_PASSWORD) {
          throw new Error(`the database in ${this.clusterDir} refuses the password in ${this.addressFile}`, {
            cause: error,
          });
        }
        if (performance.now() > deadline) {
          throw new Error(`PostgreSQL does not answer: ${lastLines(this.logFile)}`, { cause: error });
        }
        await delay(POLL_MS);
      }
    }
    await createDatabase(connection);
  }

  private readAddress(): EmbeddedAddress | undefined {
    if (!existsSync(this.addressFile)) return undefined;
    try {
      return parseEmbeddedAddress(readFileSync(this.addressFile, 'utf8'));
    } catch (error) {
      // Without it the password of the existing cluster is lost.
      throw new Error(`${this.addressFile} cannot be read; restore it, or move the data directory away`, {
        cause: error,
      });
    }
  }

  /** The pid of the running server, if it can be determined. */
  private present(): number | undefined {
    try {
      return runningPostmaster(this.clusterDir) ?? this.livingChild();
    } catch (error) {
      if (isOutOfDescriptors(error)) return this.livingChild();
      throw error;
    }
  }

  /** The server started by this process, before it has written its lock file. */
  private livingChild(): number | undefined {
    const { child } = this;
    return child && child.exitCode === null && child.signalCode === null ? child.pid : undefined;
  }

  /** An ended server may remain a zombie for a while, without a lock file. */
  private isPostmaster(pid: number): boolean {
    return existsSync(join(this.clusterDir, 'postmaster.pid')) || this.livingChild() === pid;
  }

  private assertWanted(): void {
    if (this.isStopped) throw new Error('stopped while starting');
  }
}

async function createDatabase(connection: EmbeddedAddress): Promise<void> {
  const client = new pg.Client({ ...connection, database: 'postgres' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/** The last lines of the log. Never throws, because it is called after an error. */
function lastLines(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').slice(-3).join(' | ');
  } catch (error) {
    return (error as Error).message;
  }
}
