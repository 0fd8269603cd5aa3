import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ControllerProcess, freePort, TestOrchestrator, waitUntil } from '@moolai/testing';
import { databaseEnv, runCommand } from '../support/command.js';
import { describeWith } from './debian.js';
import { PgBouncer } from './debian-pgbouncer.js';
import { DebianPostgres, type ServerDatabase } from './debian-postgres.js';

const PATIENCE_MS = 60_000;
const REFUSAL =
  'the database is behind a pooler in transaction mode, where LISTEN and locks of a session do not work';

describeWith('pgbouncer', 'postgresql-15')('PgBouncer of Debian before PostgreSQL 15', () => {
  let postgres: DebianPostgres;
  let database: ServerDatabase;
  let pooler: PgBouncer;
  let dir: string;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'moolai-system-'));
    postgres = await DebianPostgres.start();
  });

  beforeEach(async () => {
    database = await postgres.database();
  });

  afterEach(async () => {
    ControllerProcess.killLeftovers();
    await pooler.stop();
  });

  afterAll(async () => {
    await postgres.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  function env(): Record<string, string> {
    return { ...databaseEnv(pooler.connection), CONTROLLER_DATA_DIR: join(dir, 'data') };
  }

  async function start(): Promise<ControllerProcess> {
    const settings = { ...env(), LOG_FORMAT: 'json', TAKEOVER_WAIT_SEC: '60' };
    return new ControllerProcess(await freePort(), join(dir, 'data'), settings);
  }

  /** Switches an orchestrator by plain SQL and waits until its controller has noticed. */
  async function switchBySql(controller: ControllerProcess, isIndependent: boolean): Promise<void> {
    await database.query(`UPDATE orchestrator_instances SET is_independent = ${isIndependent}`);
    await waitUntil('the switch is heard', async () => {
      const { items } = await controller.api.listConnectedOrchestrators();
      return items.length === 1 && items[0]?.is_independent === isIndependent;
    });
  }

  it('in transaction mode is refused with one line, without leaving a lock behind', async () => {
    pooler = await PgBouncer.start(database.connection, 'transaction');
    const controller = await start();
    expect(await controller.untilExit()).toMatchObject({ code: 1 });
    expect(controller.errors).toContain(`moolai-controller: ${REFUSAL}`);
    expect(controller.errors.trim().split('\n')).toHaveLength(1);
    for (const [name, args] of [
      ['migrate', []],
      ['backup', ['--out', join(dir, 'backups')]],
    ] as [string, string[]][]) {
      const { code, errors } = await runCommand(name, args, env());
      expect({ code, errors }).toEqual({ code: 1, errors: expect.stringContaining(REFUSAL) as string });
    }
    const locks = await database.administer(`SELECT 1 FROM pg_locks WHERE locktype = 'advisory'`);
    expect(locks).toEqual([]);
  });

  it('in session mode serves migrations, switches by SQL, takeovers and backups', async () => {
    pooler = await PgBouncer.start(database.connection, 'session');
    const first = await start();
    await first.untilHealthy();
    const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${first.port}/ws`);
    await orchestrator.register('pooled-1');
    await switchBySql(first, true);
    await switchBySql(first, false);
    const backup = await runCommand('backup', ['--out', join(dir, 'backups'), '--verify'], env());
    expect(backup).toMatchObject({ code: 0, errors: '' });
    await orchestrator.close();
    const second = await start();
    await waitUntil('it waits for its turn', () => second.output.includes('waiting up to 60 s'));
    first.signal('SIGTERM');
    await second.untilHealthy();
    expect(await first.untilExit()).toMatchObject({ code: 0 });
    second.signal('SIGTERM');
    expect(await second.untilExit()).toMatchObject({ code: 0 });
  });

  it('that refuses the password is reported in one line, although it sends no code for that', async () => {
    pooler = await PgBouncer.start(database.connection, 'session');
    const result = await runCommand('migrate', [], { ...env(), DATABASE_PASSWORD: 'another one' });
    expect(result).toMatchObject({ code: 1, output: '' });
    expect(result.errors).toMatch(
      /^migrate: the database server says: .*authentication failed \(DATABASE_PASSWORD\)\n$/,
    );
  });

  it('that changes to transaction mode makes the controller not ready, until it changes back', async () => {
    pooler = await PgBouncer.start(database.connection, 'session');
    const controller = await start();
    await controller.untilHealthy();
    const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${controller.port}/ws`);
    await orchestrator.register('pooled-2');
    const isReady = async (): Promise<boolean> => (await controller.fetch('/health/ready'))?.status === 200;
    const complaints = (): string[] =>
      controller.output.split('\n').filter((line) => line.includes('"level":"error"'));
    await pooler.change('transaction');
    await waitUntil('all listeners have said it', () => complaints().length === 3, PATIENCE_MS);
    expect(complaints().every((line) => line.includes(`cannot listen for changes: ${REFUSAL}`))).toBe(true);
    expect(await isReady()).toBe(false);
    await pooler.change('session');
    await waitUntil('it is ready again', isReady, PATIENCE_MS);
    await switchBySql(controller, true);
    expect(complaints()).toHaveLength(3);
    await orchestrator.close();
    controller.signal('SIGTERM');
    expect(await controller.untilExit()).toMatchObject({ code: 0 });
  });
});
