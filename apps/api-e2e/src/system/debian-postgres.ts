import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcess, freePort, type TestServer, waitUntil } from '@moolai/testing';
import pg from 'pg';
import type { Certificate } from '../support/certificates.js';
import { asUser, giveTo, POSTGRES_BIN } from './debian.js';

const USER = 'postgres';

/** A database on an external server, with a role that is not a superuser. */
export class ServerDatabase {
  constructor(
    readonly connection: TestServer,
    private readonly admin: TestServer,
  ) {}

  /** Runs one statement as the controller's role. */
  query<T extends pg.QueryResultRow>(statement: string): Promise<T[]> {
    return run<T>(this.connection, statement);
  }

  /** Runs one statement as the superuser. */
  administer(statement: string): Promise<pg.QueryResultRow[]> {
    return run({ ...this.admin, database: this.connection.database }, statement);
  }
}

async function run<T extends pg.QueryResultRow>(server: TestServer, statement: string): Promise<T[]> {
  const client = new pg.Client(server);
  await client.connect();
  try {
    return (await client.query<T>(statement)).rows;
  } finally {
    await client.end();
  }
}

function offerTls(cluster: string, { cert, key }: Certificate): void {
  const rules = readFileSync(join(cluster, 'pg_hba.conf'), 'utf8');
  const files = {
    'server.crt': cert,
    'server.key': key,
    'pg_hba.conf': `hostnossl all moolai all reject\n${rules}`,
  };
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(cluster, name), content, { mode: 0o600 });
    giveTo(USER, join(cluster, name));
  }
  appendFileSync(join(cluster, 'postgresql.conf'), 'ssl = on\n');
}

/** Debian's PostgreSQL 15, on its own port and directory. */
export class DebianPostgres {
  private count = 0;

  private constructor(
    private readonly dir: string,
    private readonly server: ChildProcess,
    private readonly admin: TestServer,
  ) {}

  /** @param tls its certificate; the controller's role then needs TLS */
  static async start(tls?: Certificate): Promise<DebianPostgres> {
    const dir = mkdtempSync(join(tmpdir(), 'moolai-postgres-'));
    const passwordFile = join(dir, 'password');
    writeFileSync(passwordFile, 'of the superuser', { mode: 0o600 });
    giveTo(USER, dir);
    const cluster = join(dir, 'data');
    const initdb = ['-D', cluster, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
    const [command, args] = asUser(USER, join(POSTGRES_BIN, 'initdb'), [...initdb, '--encoding=UTF8', '-N']);
    execFileSync(command, args, { cwd: dir, stdio: 'ignore' });
    if (tls) offerTls(cluster, tls);
    const port = await freePort();
    const options = ['-D', cluster, '-p', String(port), '-h', '127.0.0.1', '-k', '', '-F'];
    const [program, rest] = asUser(USER, join(POSTGRES_BIN, 'postgres'), options);
    const server = spawn(program, rest, { cwd: dir, stdio: 'ignore' });
    const admin = {
      host: '127.0.0.1',
      port,
      user: 'postgres',
      password: 'of the superuser',
      database: 'postgres',
    };
    const postgres = new DebianPostgres(dir, server, admin);
    await waitUntil('PostgreSQL answers', () => run(admin, 'SELECT 1').catch(() => undefined), 60_000);
    await run(admin, `CREATE ROLE moolai LOGIN CREATEDB PASSWORD 'of the controller'`);
    return postgres;
  }

  /** An empty one owned by the controller's role. */
  async database(): Promise<ServerDatabase> {
    const database = `moolai_${(this.count += 1)}`;
    await run(this.admin, `CREATE DATABASE ${database} OWNER moolai`);
    const connection = { ...this.admin, user: 'moolai', password: 'of the controller', database };
    return new ServerDatabase(connection, this.admin);
  }

  async stop(): Promise<void> {
    await endProcess(this.server, 'SIGINT');
    rmSync(this.dir, { recursive: true, force: true });
  }
}
