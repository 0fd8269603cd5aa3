import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcess, freePort, type TestServer, waitUntil } from '@moolai/testing';
import pg from 'pg';
import { asUser, giveTo } from './debian.js';

const USER = 'postgres';

/** For its admin console. */
const PATIENCE = { connectionTimeoutMillis: 10_000, query_timeout: 10_000 };

/** Debian's PgBouncer in front of one server. */
export class PgBouncer {
  private constructor(
    private readonly dir: string,
    private readonly process: ChildProcess,
    readonly port: number,
    private readonly server: TestServer,
  ) {}

  static async start(server: TestServer, mode: 'session' | 'transaction'): Promise<PgBouncer> {
    const dir = mkdtempSync(join(tmpdir(), 'moolai-pgbouncer-'));
    const port = await freePort();
    writeFileSync(join(dir, 'users'), `"${server.user}" "${server.password}"\n`);
    writeFileSync(join(dir, 'pgbouncer.ini'), configuration(dir, port, server, mode));
    giveTo(USER, dir);
    const [command, args] = asUser(USER, '/usr/sbin/pgbouncer', [join(dir, 'pgbouncer.ini')]);
    const process = spawn(command, args, { cwd: dir, stdio: 'ignore' });
    const pooler = new PgBouncer(dir, process, port, server);
    await waitUntil('PgBouncer answers', () => {
      if (process.exitCode !== null) throw new Error(`PgBouncer ended with ${process.exitCode}`);
      return pooler.administer('SHOW VERSION').catch(() => undefined);
    });
    return pooler;
  }

  /** The same database through it. */
  get connection(): TestServer {
    return { ...this.server, host: '127.0.0.1', port: this.port };
  }

  /** Changes the mode of its pools, and closes the connections to the server and to clients. */
  async change(mode: 'session' | 'transaction'): Promise<void> {
    writeFileSync(join(this.dir, 'pgbouncer.ini'), configuration(this.dir, this.port, this.server, mode));
    await this.administer('RELOAD');
    await this.administer(`KILL ${this.server.database}`);
    await this.administer(`RESUME ${this.server.database}`);
  }

  /** Runs a command in its admin console. */
  async administer(command: string): Promise<pg.QueryResultRow[]> {
    const client = new pg.Client({ ...this.connection, database: 'pgbouncer', ...PATIENCE });
    await client.connect();
    try {
      return (await client.query<pg.QueryResultRow>(command)).rows;
    } finally {
      await client.end();
    }
  }

  async stop(): Promise<void> {
    // Immediately; an interrupt would wait for its clients to leave.
    await endProcess(this.process);
    rmSync(this.dir, { recursive: true, force: true });
  }
}

function configuration(dir: string, port: number, server: TestServer, mode: string): string {
  return `
[databases]
* = host=${server.host} port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${join(dir, 'users')}
admin_users = ${server.user}
pool_mode = ${mode}
default_pool_size = 40
`;
}
