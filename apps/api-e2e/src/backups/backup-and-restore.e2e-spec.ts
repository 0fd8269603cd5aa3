import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import type { Backup } from '@moolai/contracts';
import { newDataDir, TestDatabase, waitUntil } from '@moolai/testing';
import pg from 'pg';
import { databaseEnv, runCommand, type CommandResult } from '../support/command.js';
import { contentsOf, withoutRestore } from '../support/database-contents.js';
import { TestController } from '../support/test-controller.js';
import { useController } from '../support/use-controller.js';
import { forge } from './forged-archive.js';

const SECRET = 'postgres://user:hunter2@db/x';
const PASSPHRASE = 'correct horse battery';

describe('backup and restore of a database on a server', () => {
  const controller = useController();
  const dir = newDataDir();
  const backups = join(dir, 'backups');
  let plain: string;
  const targets: TestDatabase[] = [];

  beforeAll(async () => {
    await fill();
    plain = await backup();
  });

  afterAll(() => Promise.all(targets.map((target) => target.drop())));

  /** Creates rows in every kind of table: partitions, sequences, foreign keys, triggers, unusual texts. */
  async function fill(): Promise<void> {
    const orchestrator = await controller.orchestrator('saved-1', { organization_id: 'org-x' });
    orchestrator.send({
      type: 'monitoring',
      orchestrator_id: 'saved-1',
      client_message_id: 'm-1',
      metrics: { load: 0.1, 'odd\\name\t': 2 },
      usage: [{ model: 'a\nb', requests: 1, cost_usd: 0.000_000_123 }],
    });
    await orchestrator.next('received');
    await orchestrator.close();
    await controller.switchIndependence('saved-1', true);
    await controller.api.changeOrchestratorConfig('saved-1', { features: { x: 'ü\u2028' } });
    await controller.api.changeOrchestrator('saved-1', { database_url: SECRET });
    await controller.api.sendMessage('saved-1', {
      message_type: 'note',
      message_content: { text: 'tab\t newline\n backslash\\ \\. end' },
    });
    await waitUntil('nothing waits to be written', async () => {
      const health = await controller.api.getInternalHealth();
      return health.websocket.connections === 0 && health.heartbeat_writer.pending === 0;
    });
  }

  function env(database: TestDatabase, more: Record<string, string> = {}): Record<string, string> {
    return { ...databaseEnv(database.connection), CONTROLLER_DATA_DIR: controller.dataDir, ...more };
  }

  /** Backs up the running controller; returns the file. */
  async function backup(more: Record<string, string> = {}, ...args: string[]): Promise<string> {
    const result = await runCommand('backup', ['--out', backups, ...args], env(controller.database, more));
    expect(result).toMatchObject({ code: 0, errors: '' });
    return result.output.split('\n')[0] ?? '';
  }

  async function emptyTarget(): Promise<TestDatabase> {
    const target = await TestDatabase.create({ empty: true });
    targets.push(target);
    return target;
  }

  function restore(
    file: string,
    target: TestDatabase,
    dataDir: string,
    more: Record<string, string> = {},
    ...args: string[]
  ): Promise<CommandResult> {
    return runCommand('restore', [file, ...args], env(target, { CONTROLLER_DATA_DIR: dataDir, ...more }));
  }

  it('restores another database and its files, and a controller continues from there', async () => {
    const file = await backup({ BACKUP_PASSPHRASE: PASSPHRASE }, '--verify');
    const target = await emptyTarget();
    const dataDir = join(dir, 'restored');
    const result = await restore(file, target, dataDir, { BACKUP_PASSPHRASE: PASSPHRASE });
    expect(result).toMatchObject({ code: 0, errors: '' });
    expect(result.output).toContain('all counts and checksums are the same');
    const contents = await contentsOf(controller.database);
    expect(Object.keys(contents.rows).length).toBeGreaterThan(10);
    expect(Object.keys(contents.rows).some((name) => name.startsWith('monitoring_samples_'))).toBe(true);
    expect(withoutRestore(await contentsOf(target))).toEqual(contents);
    for (const name of readdirSync(join(controller.dataDir, 'config'))) {
      expect(readFileSync(join(dataDir, 'config', name))).toEqual(
        readFileSync(join(controller.dataDir, 'config', name)),
      );
    }
    expect(readFileSync(join(dataDir, 'encryption.key'))).toEqual(
      readFileSync(join(controller.dataDir, 'encryption.key')),
    );

    const successor = await TestController.start({ successorOf: { database: target, dataDir } });
    await expect(successor.api.verifyAudit()).resolves.toMatchObject({ ok: true });
    const head = / (\d+):([0-9a-f]{64})/.exec(result.output) ?? [];
    await expect(
      successor.api.verifyAudit({ position: Number(head[1]), hash: head[2] }),
    ).resolves.toMatchObject({
      ok: true,
      count: Number(head[1]) + 1,
    });
    const { items } = await successor.api.listAuditEntries({ action: 'backup.restored' });
    const { tables, rows, created_at } = JSON.parse(readFileSync(`${file}.json`, 'utf8')) as Backup;
    expect(items).toEqual([
      expect.objectContaining({
        position: Number(head[1]) + 1,
        previous_hash: head[2],
        actor_kind: 'system',
        actor_name: `restore by ${userInfo().username}@${hostname()}`,
        target_id: basename(file),
        after: {
          name: basename(file),
          created_at,
          controller_version: expect.any(String) as string,
          tables,
          rows,
          files: expect.arrayContaining(['.env', 'encryption.key']) as string[],
          left_out: [],
          audit_head: `${head[1]}:${head[2]}`,
          forced: false,
        },
      }),
    ]);
    // Every sequence, trigger and foreign key works.
    const again = await successor.orchestrator('saved-1');
    await again.next('message');
    await successor.orchestrator('new-1', { organization_id: 'org-x' });
    await successor.switchIndependence('saved-1', false);
    await expect(successor.api.getOrchestrator('saved-1')).resolves.toMatchObject({
      is_independent: false,
      database_url: '********',
    });
    await successor.close();
  });

  it('creates a file for the owner only, unreadable without its passphrase', async () => {
    const file = await backup({ BACKUP_PASSPHRASE: PASSPHRASE });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(file).toMatch(/\.tar\.gz\.enc$/);
    const target = await emptyTarget();
    for (const [passphrase, words] of [
      ['', 'restore: it is encrypted: set BACKUP_PASSPHRASE\n'],
      [
        'another passphrase',
        'restore: the passphrase is wrong, or the encrypted file is damaged or cut off\n',
      ],
    ] as const) {
      const result = await restore(file, target, join(dir, 'none'), { BACKUP_PASSPHRASE: passphrase });
      expect(result).toEqual({ code: 1, output: '', errors: words });
    }
  });

  it('includes the encryption key only in encrypted files, and no plain secrets in any', () => {
    const names = execFileSync('tar', ['-tzf', plain], { encoding: 'utf8' });
    expect(names).toContain('manifest.json');
    expect(names).toContain('config/orchestrator_independence.json/000001');
    expect(names).not.toContain('encryption.key');
    const all = execFileSync('tar', ['-xzOf', plain]);
    expect(all.includes('hunter2')).toBe(false);
    expect(all.includes(readFileSync(join(controller.dataDir, 'encryption.key')).subarray(0, 40))).toBe(
      false,
    );
    expect(all.includes('saved-1')).toBe(true);
  });

  it('refuses a target that is in use, or is not empty unless --force is given', async () => {
    const target = await emptyTarget();
    await target.query('CREATE TABLE precious (id int)');
    const dataDir = join(dir, 'forced');
    const refused = await restore(plain, target, dataDir);
    expect(refused).toMatchObject({
      code: 1,
      errors: 'restore: the database is not empty: --force throws away what is in it\n',
    });
    await target.query('SELECT FROM precious');

    const running = await restore(plain, controller.database, dataDir, {}, '--force');
    expect(running).toMatchObject({ code: 1 });
    expect(running.errors).toContain('a controller is connected to the database: stop it first');

    await expect(restore(plain, target, dataDir, {}, '--force')).resolves.toMatchObject({ code: 0 });
    expect(withoutRestore(await contentsOf(target))).toEqual(await contentsOf(controller.database));
  });

  it('overwrites no different configuration file without --force', async () => {
    const target = await emptyTarget();
    const dataDir = join(dir, 'with-files');
    const file = join(dataDir, 'config', 'controller_config.json');
    mkdirSync(join(dataDir, 'config'), { recursive: true });
    writeFileSync(file, '{"mine":true}');
    const refused = await restore(plain, target, dataDir);
    expect(refused.errors).toBe(`restore: ${file} would be overwritten: --force does it\n`);
    await expect(target.query(`SELECT to_regclass('organizations') AS t`)).resolves.toEqual([{ t: null }]);
    await expect(restore(plain, target, dataDir, {}, '--force')).resolves.toMatchObject({ code: 0 });
    expect(readFileSync(file, 'utf8')).toBe(
      readFileSync(join(controller.dataDir, 'config', 'controller_config.json'), 'utf8'),
    );
  });

  it.each([
    ['is truncated', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    [
      'has a flipped bit',
      (bytes: Buffer) =>
        bytes.fill(bytes[bytes.length >> 1]! ^ 1, bytes.length >> 1, (bytes.length >> 1) + 1),
    ],
  ])('refuses a file that %s before it changes anything', async (_, change) => {
    const target = await emptyTarget();
    await target.query('CREATE TABLE precious (id int)');
    const damaged = join(dir, 'damaged.tar.gz');
    writeFileSync(damaged, change(readFileSync(plain)));
    const result = await restore(damaged, target, join(dir, 'none'), {}, '--force');
    expect(result.code).toBe(1);
    expect(result.errors).toMatch(/^restore: .*\n$/);
    await target.query('SELECT FROM precious');
  });

  it('rolls everything back if counts or checksums differ', async () => {
    const target = await emptyTarget();
    await target.query('CREATE TABLE precious (id int)');
    const forged = join(dir, 'forged.tar.gz');
    forge(plain, forged, join(dir, 'unpacked'));
    const result = await restore(forged, target, join(dir, 'none'), {}, '--force');
    expect(result).toMatchObject({ code: 1, output: '' });
    expect(result.errors).toMatch(/^restore: the table organizations is not what it was: \d+ rows/);
    await target.query('SELECT FROM precious');
    await expect(target.query(`SELECT to_regclass('organizations') AS t`)).resolves.toEqual([{ t: null }]);
  });

  it('refuses a backup of a newer version', async () => {
    const source = await TestDatabase.create();
    targets.push(source);
    await source.query(`INSERT INTO migrations (timestamp, name) VALUES (9, 'OfTomorrow9')`);
    const made = await runCommand('backup', ['--out', backups], env(source));
    const target = await emptyTarget();
    const result = await restore(made.output.split('\n')[0] ?? '', target, join(dir, 'newer'));
    expect(result.errors).toContain('the backup is of a newer version, whose migration OfTomorrow9');
  });

  it('reports a table that it cannot recreate as left out, and does not verify such a backup', async () => {
    const source = await TestDatabase.create();
    targets.push(source);
    await source.query('CREATE TABLE of_somebody_else AS SELECT 1 AS x');
    const made = await runCommand('backup', ['--out', backups, '--verify'], env(source));
    expect(made.code).toBe(1);
    expect(made.errors).toContain('not verified: it leaves out of_somebody_else');
    const file = made.output.split('\n')[0] ?? '';
    expect(JSON.parse(readFileSync(`${file}.json`, 'utf8')) as Backup).toMatchObject({
      verification: 'failed',
    });
    const result = await restore(file, await emptyTarget(), join(dir, 'left-out'));
    expect(result).toMatchObject({ code: 0 });
    expect(result.output).toContain('LEFT OUT of_somebody_else');
  });

  it('contains each transaction completely or not at all, however much is written meanwhile', async () => {
    const source = await TestDatabase.create();
    targets.push(source);
    const writer = new pg.Client(source.connection);
    await writer.connect();
    let [written, isOver] = [0, false];
    const writing = (async () => {
      for (; !isOver; written += 1) {
        await writer.query(
          `BEGIN; INSERT INTO usage_entries (message_id, entry, orchestrator_id, organization_id, at, model)
             VALUES (${written}, 1, 'o', 'o', now(), 'm');
           INSERT INTO metric_names (name) VALUES ('${written}'); COMMIT`,
        );
      }
      await writer.end();
    })();
    await waitUntil('it is under way', () => written > 0);
    const made = await runCommand('backup', ['--out', backups, '--verify'], env(source));
    isOver = true;
    await writing;
    expect(made).toMatchObject({ code: 0, errors: '' });
    const target = await emptyTarget();
    await restore(made.output.split('\n')[0] ?? '', target, join(dir, 'busy'));
    const [row] = await target.query<{ usage: number; names: number }>(
      `SELECT (SELECT count(*)::int FROM usage_entries) AS usage, (SELECT count(*)::int FROM metric_names) AS names`,
    );
    expect(row?.names).toBeGreaterThan(0);
    expect(row?.names).toBeLessThan(written);
    expect(row?.usage).toBe(row?.names);
  });

  it('leaves no scratch database behind', async () => {
    const rows = await controller.database.query(
      `SELECT FROM pg_database WHERE datname LIKE '%\\_verify\\_%'`,
    );
    expect(rows).toEqual([]);
  });
});
