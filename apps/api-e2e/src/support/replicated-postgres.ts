import { appendFileSync, chmodSync, cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedPostgres } from '@moolai/api';
import { freePort, newDataDir, removeDataDir, waitUntil, type TestServer } from '@moolai/testing';
import pg from 'pg';
import { serverProcesses } from './server-processes.js';

/** One of two servers, with a data directory and a port of its own. */
export class ReplicaServer {
  private postgres: EmbeddedPostgres | undefined;

  constructor(
    readonly dataDir: string,
    readonly connection: TestServer,
  ) {}

  get port(): number {
    return this.connection.port;
  }

  async start(): Promise<void> {
    this.postgres = new EmbeddedPostgres({ dataDir: this.dataDir, port: this.port });
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
  const [firstDir, secondDir] = [newDataDir(), newDataDir()];
  const origin = new EmbeddedPostgres({ dataDir: firstDir });
  const connection = (await origin.start()) as TestServer;
  await origin.stop();
  cpSync(firstDir, secondDir, { recursive: true, preserveTimestamps: true });
  chmodSync(join(secondDir, 'postgres'), 0o700);
  const first = new ReplicaServer(firstDir, connection);
  const second = new ReplicaServer(secondDir, { ...connection, port: await freePort() });
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
