import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  ControllerProcess,
  freePort,
  newDataDir,
  TestDatabase,
  TestOrchestrator,
  waitUntil,
} from '@moolai/testing';
import pg from 'pg';
import { databaseEnv, runCommand } from '../support/command.js';

const CONTROLLER_LOCK = 8_765_010;
const HOLDER = `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = ${CONTROLLER_LOCK}
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
const REFUSAL =
  /^moolai-controller: another controller serves this database: moolai-controller .* at 127\.0\.0\.1 .*REDIS_URL, all of them\n$/;

describe('a second controller on the same database', () => {
  let database: TestDatabase;
  let dataDir: string;
  let first: ControllerProcess;

  beforeEach(async () => {
    database = await TestDatabase.create();
    dataDir = newDataDir();
    first = await start();
    await first.untilHealthy();
  });

  afterEach(async () => {
    ControllerProcess.killLeftovers();
    await database.drop();
  });

  async function start(env: Record<string, string> = {}): Promise<ControllerProcess> {
    const more = { LOG_FORMAT: 'json', HEARTBEAT_TTL_SEC: '600', ...env };
    const settings = { ...databaseEnv(database.connection), ...more };
    return new ControllerProcess(await freePort(), dataDir, settings);
  }

  async function holder(): Promise<number | undefined> {
    return (await database.query<{ pid: number }>(HOLDER))[0]?.pid;
  }

  /** Ends the session of the first one and takes the lock before it reconnects. */
  async function takeOver(): Promise<pg.Client> {
    const rival = new pg.Client({ ...database.connection, application_name: 'rival' });
    await rival.connect();
    const taken = rival.query('SELECT pg_advisory_lock($1)', [CONTROLLER_LOCK]);
    await waitUntil('it waits for the lock', async () => {
      const rows = await database.query(
        `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = ${CONTROLLER_LOCK}`,
      );
      return rows.length > 0;
    });
    await database.query(`SELECT pg_terminate_backend(${await holder()})`);
    await taken;
    return rival;
  }

  it('is refused with one line, without affecting the fleet of the first one', async () => {
    const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${first.port}/ws`);
    await orchestrator.register('two-1');
    const second = await start({ TAKEOVER_WAIT_SEC: '0.3' });
    expect(await second.untilExit()).toEqual({ code: 1, signal: null });
    expect(second.errors).toMatch(REFUSAL);
    expect(second.output.trim().split('\n')).toEqual([
      expect.stringContaining('waiting up to 0.3 s for its end'),
    ]);
    expect(await first.api.getOrchestrator('two-1')).toMatchObject({
      status: 'active',
      connected: true,
    });
    orchestrator.beat('two-1');
    await waitUntil('its heartbeats count', () => first.output.includes('Processing heartbeat'));
    orchestrator.socket.close();
    // Commands work beside it, except the one that replaces its database.
    const env = { ...databaseEnv(database.connection), CONTROLLER_DATA_DIR: dataDir };
    const backups = join(dataDir, 'backups');
    expect(await runCommand('backup', ['--out', backups], env)).toMatchObject({ code: 0 });
    expect(await runCommand('migrate', [], env)).toMatchObject({ code: 0 });
    expect(await runCommand('audit-verify', [], env)).toMatchObject({ code: 0 });
    const file = readdirSync(backups).find((name) => name.endsWith('.tar.gz')) ?? '';
    const restore = await runCommand('restore', [join(backups, file), '--force'], env);
    expect(restore).toMatchObject({ code: 1, output: '' });
    expect(restore.errors).toMatch(/^restore: another controller serves this database: .*; stop it first\n$/);
    expect(first.exit).toBeUndefined();
  });

  it('takes over immediately from a killed one', async () => {
    const second = await start();
    await waitUntil('it waits', () => second.output.includes('waiting up to 20 s'));
    first.signal('SIGKILL');
    await second.untilHealthy();
    second.signal('SIGTERM');
    expect(await second.untilExit()).toEqual({ code: 0, signal: null });
  });

  it('finds the lock taken again after the first one lost its session', async () => {
    const before = await holder();
    await database.query(`SELECT pg_terminate_backend(${before})`);
    await waitUntil('it has the lock again', async () => ![undefined, before].includes(await holder()));
    const second = await start({ TAKEOVER_WAIT_SEC: '0.1' });
    expect(await second.untilExit()).toEqual({ code: 1, signal: null });
    expect(first.exit).toBeUndefined();
  });

  it('ends the first one if it took the lock in the meantime, even one that stood still', async () => {
    first.signal('SIGSTOP');
    const rival = await takeOver();
    first.signal('SIGCONT');
    expect(await first.untilExit()).toEqual({ code: 1, signal: null });
    expect(first.output).toMatch(
      /"level":"fatal".*another controller serves the database now: rival at 127\.0\.0\.1 .*: stopping/,
    );
    await rival.end();
  });
});
