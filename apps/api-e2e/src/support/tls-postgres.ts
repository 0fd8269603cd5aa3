import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres, type EmbeddedAddress } from '@moolai/api';
import { waitUntil } from '@moolai/testing';
import pg from 'pg';
import { CertificateAuthority } from './certificates.js';

/** A PostgreSQL server with a certificate for `localhost`, whose access rules the test sets. */
export class TlsPostgres {
  readonly authority = new CertificateAuthority('Authority of the test');
  private rules = '';

  private constructor(
    readonly dir: string,
    private readonly postgres: EmbeddedPostgres,
    /** A superuser's connection without TLS. */
    readonly admin: EmbeddedAddress,
  ) {}

  static async start(): Promise<TlsPostgres> {
    const dir = mkdtempSync(join(tmpdir(), 'moolai-tls-'));
    const postgres = new EmbeddedPostgres({ dataDir: dir, volatile: true });
    const server = new TlsPostgres(dir, postgres, await postgres.start());
    server.rules = readFileSync(join(server.cluster, 'pg_hba.conf'), 'utf8');
    await server.present('localhost');
    return server;
  }

  private get cluster(): string {
    return join(this.dir, 'postgres');
  }

  /** Makes the server present a certificate of this authority for this name. */
  async present(name: string, years?: [string, string], authority = this.authority): Promise<void> {
    const { cert, key } = authority.issue(name, years);
    this.write('server.crt', cert);
    this.write('server.key', key);
    this.write('ca.crt', this.authority.cert);
    for (const setting of [`ssl = on`, `ssl_ca_file = 'ca.crt'`])
      await this.query(`ALTER SYSTEM SET ${setting}`);
    await this.reload();
  }

  async withoutTls(): Promise<void> {
    await this.query('ALTER SYSTEM SET ssl = off');
    await this.reload();
  }

  /** Inserts rules into pg_hba.conf before those that accept every user with a password. */
  async admit(...rules: string[]): Promise<void> {
    this.write('pg_hba.conf', [...rules, this.rules].join('\n'));
    await this.reload();
  }

  async query<T extends pg.QueryResultRow>(statement: string): Promise<T[]> {
    const client = new pg.Client(this.admin);
    await client.connect();
    try {
      return (await client.query<T>(statement)).rows;
    } finally {
      await client.end();
    }
  }

  async stop(): Promise<void> {
    await this.postgres.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }

  private write(name: string, content: string): void {
    const path = join(this.cluster, name);
    writeFileSync(path, content, { mode: 0o600 });
  }

  /** Signals the server to reload its files; a setting in the same reload shows when it is done. */
  private async reload(): Promise<void> {
    const mark = `load_${performance.now()}`.replace('.', '_');
    await this.query(`ALTER SYSTEM SET moolai.load = '${mark}'`);
    await this.query('SELECT pg_reload_conf()');
    await waitUntil('the server has read its files', async () => {
      const [row] = await this.query<{ mark: string }>(`SELECT current_setting('moolai.load', true) AS mark`);
      return row?.mark === mark;
    });
  }
}
