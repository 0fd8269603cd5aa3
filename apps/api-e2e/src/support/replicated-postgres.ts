import { appendFileSync, chmodSync, cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedPostgres } from '@moolai/api';
import { freePort, newDataDir, waitUntil, type TestServer } from '@moolai/testing';
import pg from 'pg';
import { serverProcesses } from './server-processes.js';

/** Starts and stops the server of a data directory whose cluster is in `postgres/`. */
interface PostgresEngine {
  start(): Promise<unknown>;
  stop(): Promise<void>;
}

type MakeEngine = (dataDir: string, port: number) => PostgresEngine;

/** One of the two servers, with its own data directory and port. */
export class ReplicaServer {
  private postgres: PostgresEngine | undefined;

  /** @param connection as a superuser */
  constructor(
    readonly dataDir: string,
    readonly connection: TestServer,
    private readonly makeEngine: MakeEngine,
  ) {}

  get port(): number {
    return this.connection.port;
  }

  async start(): Promise<void> {
    this.postgres = this.makeEngine(this.dataDir, this.port);
    await this.postgres.start();
  }

  async stop(): Promise<void> {
    await this.postgres?.stop();
    this.postgres = undefined;
  }

  /** Turns a stopped server into a standby of another one. */
  follow({ host, port, user, password }: TestServer): void {
    const cluster = join(this.dataDir, 'postgres');
    writeFileSync(join(cluster, 'standby.signal'), '');
    const address = `host=${host} port=${port} user=${user} password=${password} application_name=standby`;
    // PostgreSQL applies the last line: once promoted, the server must not wait for a standby.
    appendFileSync(
      join(cluster, 'postgresql.auto.conf'),
      `primary_conninfo = '${address}'\nsynchronous_standby_names = ''\n`,
    );
  }

  /** Runs a statement on a separate connection, as psql does. */
  async query<T extends pg.QueryResultRow>(statement: string, parameters: unknown[] = []): Promise<T[]> {
    const { host, port, user, password, database } = this.connection;
    const client = new pg.Client({ host, port, user, password, database });
    await client.connect();
    try {
      return (await client.query<T>(statement, parameters)).rows;
    } finally {
      await client.end();
    }
  }

  async promote(): Promise<void> {
    await this.query('SELECT pg_promote()');
  }

  /** Kills all its processes at once, as when its machine fails. */
  kill(): void {
    signalAll(serverProcesses(this.dataDir), 'SIGKILL');
  }

  /** Freezes the server, which then answers nothing, like a machine without power; returns a function that wakes it. */
  freeze(): () => void {
    const pids = serverProcesses(this.dataDir);
    signalAll(pids, 'SIGSTOP');
    return () => signalAll(pids, 'SIGCONT');
  }

  /** Waits until a standby streams from this server. */
  async untilFollowed(): Promise<void> {
    await waitUntil('the standby follows', async () => {
      const rows = await this.query(`SELECT 1 FROM pg_stat_replication WHERE state = 'streaming'`);
      return rows.length > 0;
    });
  }
}

function signalAll(pids: number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // The process ended in the meantime.
    }
  }
}

/** Two PostgreSQL servers; the second is a hot standby of the first by streaming replication. */
export async function startReplicated(): Promise<[ReplicaServer, ReplicaServer]> {
  const dataDir = newDataDir();
  const origin = new EmbeddedPostgres({ dataDir });
  const connection = (await origin.start()) as TestServer;
  await origin.stop();
  return replicate(dataDir, connection, (dir, port) => new EmbeddedPostgres({ dataDir: dir, port }));
}

/** Starts a stopped server, and a copy of it as its standby. */
export async function replicate(
  dataDir: string,
  connection: TestServer,
  makeEngine: MakeEngine,
): Promise<[ReplicaServer, ReplicaServer]> {
  const copy = newDataDir();
  cpSync(dataDir, copy, { recursive: true, preserveTimestamps: true });
  chmodSync(join(copy, 'postgres'), 0o700);
  const first = new ReplicaServer(dataDir, connection, makeEngine);
  const second = new ReplicaServer(copy, { ...connection, port: await freePort() }, makeEngine);
  second.follow(connection);
  await first.start();
  await second.start();
  await first.untilFollowed();
  return [first, second];
}

export async function endReplicated(servers: readonly ReplicaServer[]): Promise<void> {
  for (const server of servers) {
    await server.stop();
  }
}
