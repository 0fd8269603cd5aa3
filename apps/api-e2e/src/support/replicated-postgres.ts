import { appendFileSync, chmodSync, cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedPostgres } from '@moolai/api';
import { freePort, newDataDir, removeDataDir, waitUntil, type TestServer } from '@moolai/testing';
import pg from 'pg';
import { serverProcesses } from './server-processes.js';

/** What starts and stops the server of a data directory, whose cluster is in `postgres/`. */
interface PostgresEngine {
  start(): Promise<unknown>;
  stop(): Promise<void>;
}

type MakeEngine = (dataDir: string, port: number) => PostgresEngine;

/** One of two servers, with a data directory and a port of its own. */
export class ReplicaServer {
  private postgres: PostgresEngine | undefined;

  /** @param connection of a superuser */
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

  /** Makes a stopped server a standby that follows another one. */
  follow({ host, port, user, password }: TestServer): void {
    const cluster = join(this.dataDir, 'postgres');
    writeFileSync(join(cluster, 'standby.signal'), '');
    const address = `host=${host} port=${port} user=${user} password=${password} application_name=standby`;
    // The last line counts: when it is promoted it must not wait for a standby of its own.
    appendFileSync(
      join(cluster, 'postgresql.auto.conf'),
      `primary_conninfo = '${address}'\nsynchronous_standby_names = ''\n`,
    );
  }

  /** As somebody with psql would. */
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

  /** Stands still without a word, as a machine that has lost its power; gives what wakes it up. */
  freeze(): () => void {
    const pids = serverProcesses(this.dataDir);
    signalAll(pids, 'SIGSTOP');
    return () => signalAll(pids, 'SIGCONT');
  }

  /** Waits until a standby has joined. */
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
      // It has ended meanwhile.
    }
  }
}

/** Two PostgreSQL servers, the second a hot standby of the first by streaming replication. */
export async function startReplicated(): Promise<[ReplicaServer, ReplicaServer]> {
  const dataDir = newDataDir();
  const origin = new EmbeddedPostgres({ dataDir });
  const connection = (await origin.start()) as TestServer;
  await origin.stop();
  return replicate(dataDir, connection, (dir, port) => new EmbeddedPostgres({ dataDir: dir, port }));
}

/** Starts a stopped server, and a copy of it that follows it. */
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
    removeDataDir(server.dataDir);
  }
}
