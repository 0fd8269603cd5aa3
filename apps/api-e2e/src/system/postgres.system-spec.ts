import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Backup } from '@moolai/contracts';
import { ControllerProcess, freePort, TestOrchestrator } from '@moolai/testing';
import { CertificateAuthority } from '../support/certificates.js';
import { databaseEnv, runCommand } from '../support/command.js';
import { contentsOf, withoutRestore, type DatabaseContents } from '../support/database-contents.js';
import { describeWith, POSTGRES_BIN } from './debian.js';
import { DebianPostgres, type ServerDatabase } from './debian-postgres.js';

const PATH = `${POSTGRES_BIN}:${process.env['PATH'] ?? ''}`;

/** PostgreSQL writes reparsed conditions with other parentheses and casts. */
function alike(contents: DatabaseContents): DatabaseContents {
  const plain = contents.structure.map((line) =>
    line.replace(/[()]/g, '').replace(/::(text|character varying)(\[\])?/g, ''),
  );
  return { ...contents, structure: plain };
}

describeWith('postgresql-15')('backups of a PostgreSQL 15 of Debian', () => {
  let postgres: DebianPostgres;
  let dir: string;
  let count = 0;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'moolai-system-'));
    postgres = await DebianPostgres.start();
  });

  afterAll(async () => {
    await postgres.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  function newDataDir(): string {
    return join(dir, `data-${(count += 1)}`);
  }

  /** Runs a controller that receives an orchestrator with metrics, and ends it. */
  async function live(env: Record<string, string>, dataDir: string): Promise<void> {
    const controller = new ControllerProcess(await freePort(), dataDir, { DEMO_FLEET: '0', ...env });
    await controller.untilHealthy();
    const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${controller.port}/ws`);
    await orchestrator.register('moved-1', { organization_id: 'org-m' });
    orchestrator.send({
      type: 'monitoring',
      orchestrator_id: 'moved-1',
      client_message_id: 'm',
      metrics: { load: 0.5 },
    });
    await orchestrator.next('received');
    await orchestrator.close();
    await controller.stop();
  }

  async function backup(env: Record<string, string>): Promise<{ file: string; record: Backup }> {
    const result = await runCommand('backup', ['--out', join(dir, 'backups'), '--verify'], { PATH, ...env });
    expect(result).toMatchObject({ code: 0, errors: '' });
    const file = result.output.split('\n')[0] ?? '';
    return { file, record: JSON.parse(readFileSync(`${file}.json`, 'utf8')) as Backup };
  }

  async function restore(file: string, target: ServerDatabase): Promise<void> {
    const env = { ...databaseEnv(target.connection), CONTROLLER_DATA_DIR: newDataDir() };
    await expect(runCommand('restore', [file], env)).resolves.toMatchObject({ code: 0, errors: '' });
  }

  it('include manual additions to the schema through pg_dump, for a role that is not a superuser', async () => {
    const [source, dataDir] = [await postgres.database(), newDataDir()];
    const env = databaseEnv(source.connection);
    await live(env, dataDir);
    await source.query(`CREATE TABLE notes (id serial PRIMARY KEY, text text, twice text GENERATED ALWAYS
      AS (text || text) STORED)`);
    await source.query(`INSERT INTO notes (text) VALUES ('mine')`);
    await source.query('CREATE INDEX organizations_mine_idx ON organizations (support_email)');
    const { file, record } = await backup({ ...env, CONTROLLER_DATA_DIR: dataDir });
    expect(record).toMatchObject({ method: 'pg_dump', verification: 'verified' });
    const target = await postgres.database();
    await restore(file, target);
    const contents = await contentsOf(source);
    expect(contents.rows['notes']).toEqual(['(1,mine,minemine)']);
    expect(contents.structure.join('\n')).toContain('organizations_mine_idx');
    expect(alike(withoutRestore(await contentsOf(target)))).toEqual(alike(contents));
    await live(databaseEnv(target.connection), newDataDir());
  });

  it("work without pg_dump if its version differs, and move an embedded 18 to a server's 15", async () => {
    const dataDir = newDataDir();
    await live({}, dataDir);
    const { file, record } = await backup({ CONTROLLER_DATA_DIR: dataDir });
    expect(record).toMatchObject({ method: 'copy', verification: 'verified' });
    const target = await postgres.database();
    await restore(file, target);
    await expect(target.query('SELECT orchestrator_id FROM orchestrator_instances')).resolves.toEqual([
      { orchestrator_id: 'moved-1' },
    ]);
    await live(databaseEnv(target.connection), newDataDir());
  });

  it('report why they are not verified if the role may not create databases', async () => {
    const source = await postgres.database();
    await source.administer('ALTER ROLE moolai NOCREATEDB');
    try {
      const env = { PATH, ...databaseEnv(source.connection), CONTROLLER_DATA_DIR: newDataDir() };
      await expect(runCommand('migrate', [], env)).resolves.toMatchObject({ code: 0 });
      const result = await runCommand('backup', ['--out', join(dir, 'backups'), '--verify'], env);
      expect(result).toMatchObject({
        code: 1,
        errors: expect.stringContaining('ALTER ROLE moolai CREATEDB') as string,
      });
    } finally {
      await source.administer('ALTER ROLE moolai CREATEDB');
    }
  });

  it('use pg_dump with TLS, as the controller connects', async () => {
    const authority = new CertificateAuthority('Authority of the test');
    const secured = await DebianPostgres.start(authority.issue('localhost'));
    try {
      const ca = join(dir, 'ca.pem');
      writeFileSync(ca, authority.cert);
      const { connection } = await secured.database();
      const env = {
        ...databaseEnv({ ...connection, host: 'localhost' }),
        DATABASE_SSL: 'verify-full',
        DATABASE_SSL_CA: ca,
        CONTROLLER_DATA_DIR: newDataDir(),
      };
      await live(env, env.CONTROLLER_DATA_DIR);
      const { record } = await backup(env);
      expect(record).toMatchObject({ method: 'pg_dump', verification: 'verified' });
    } finally {
      await secured.stop();
    }
  });
});
