import { ControllerProcess, freePort, newDataDir, TestDatabase, waitUntil } from '@moolai/testing';
import pg from 'pg';
import { databaseEnv, runCommand } from '../support/command.js';

const MIGRATION_LOCK = 8_765_001;

describe('migrations of a database on a server', () => {
  let database: TestDatabase;
  let dataDir: string;

  beforeEach(async () => {
    dataDir = newDataDir();
    database = await TestDatabase.create({ empty: true });
  });

  afterEach(() => database.drop());

  async function start(env: Record<string, string> = {}): Promise<ControllerProcess> {
    const settings = { ...databaseEnv(database.connection), LOG_FORMAT: 'json', ...env };
    return new ControllerProcess(await freePort(), dataDir, settings);
  }

  async function applied(): Promise<string[]> {
    const rows = await database.query<{ name: string }>('SELECT name FROM migrations ORDER BY id');
    return rows.map(({ name }) => name);
  }

  async function stop(...controllers: ControllerProcess[]): Promise<void> {
    for (const controller of controllers) controller.signal('SIGTERM');
    for (const controller of controllers) await controller.untilExit();
  }

  it('wait for others no longer than MIGRATION_WAIT_SEC, and log the holder of the lock', async () => {
    const holder = new pg.Client({ ...database.connection, application_name: 'stranded' });
    await holder.connect();
    await holder.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const controller = await start({ MIGRATION_WAIT_SEC: '0.3' });
    const command = await runCommand('migrate', [], {
      ...databaseEnv(database.connection),
      MIGRATION_WAIT_SEC: '0.3',
    });
    expect(await controller.untilExit()).toMatchObject({ code: 1 });
    for (const errors of [controller.errors, command.errors]) {
      expect(errors).toMatch(
        /^(moolai-controller|migrate): another process has held the migration lock .* 0\.3 s: stranded at 127\.0\.0\.1 \(PostgreSQL process \d+, idle\).*\n$/,
      );
    }
    await holder.end();
    expect(await runCommand('migrate', [], databaseEnv(database.connection))).toMatchObject({ code: 0 });
  });

  it('run once when a controller and a command start together', async () => {
    // Held until both want it: without the lock they would collide only sometimes.
    const holder = new pg.Client(database.connection);
    await holder.connect();
    await holder.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const controller = await start();
    const command = runCommand('migrate', [], databaseEnv(database.connection));
    await waitUntil('both wait for their turn', async () => {
      const [row] = await database.query<{ waiting: number }>(
        `SELECT count(*)::int AS waiting FROM pg_locks l JOIN pg_database d ON d.oid = l.database
         WHERE locktype = 'advisory' AND NOT granted AND objid = $1 AND d.datname = current_database()`,
        [MIGRATION_LOCK],
      );
      return row?.waiting === 2;
    });
    await holder.end();
    await controller.untilHealthy();
    const { code, output } = await command;
    expect(code).toBe(0);
    const names = await applied();
    expect(names.length).toBeGreaterThan(5);
    expect(new Set(names).size).toBe(names.length);
    const migrated = [controller.output.includes('migrated the database'), output.includes('applied ')];
    expect(migrated.filter(Boolean)).toHaveLength(1);
    await stop(controller);
  });

  it('are refused with one line if the database has one that the code does not know', async () => {
    const current = await start();
    await current.untilHealthy();
    await stop(current);
    await database.query(
      `INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'OfTomorrow9999999999999')`,
    );
    const old = await start();
    await expect(old.untilExit()).resolves.toMatchObject({ code: 1 });
    expect(old.errors.trim().split('\n')).toEqual([
      expect.stringMatching(/^moolai-controller: the database is newer than this controller.*OfTomorrow/),
    ]);
    const command = await runCommand('migrate', [], databaseEnv(database.connection));
    expect(command).toMatchObject({ code: 1, output: '' });
    expect(command.errors).toMatch(/^migrate: the database is newer .*\n$/);
  });

  it('are left to the command if the setting says so', async () => {
    const early = await start({ DATABASE_MIGRATE_AT_START: 'false' });
    await expect(early.untilExit()).resolves.toMatchObject({ code: 1 });
    expect(early.errors).toMatch(/^moolai-controller: the database lacks \d+ migrations.*npm run migrate/);
    const command = await runCommand('migrate', [], databaseEnv(database.connection));
    expect(command).toMatchObject({ code: 0, errors: '' });
    expect(command.output.trim().split('\n')).toEqual((await applied()).map((name) => `applied ${name}`));
    const again = await runCommand('migrate', [], databaseEnv(database.connection));
    expect(again).toMatchObject({ code: 0, output: 'nothing to do\n' });
    const late = await start({ DATABASE_MIGRATE_AT_START: 'false' });
    await late.untilHealthy();
    await stop(late);
  });
});
