import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Message } from '@moolai/contracts';
import { OrchestratorClient } from '@moolai/orchestrator-client';
import { ControllerProcess, freePort, newDataDir, TestDatabase, waitUntil } from '@moolai/testing';
import { databaseEnv, runCommand } from '../support/command.js';

/** Settings of a role that contradict what the controller relies on. */
const HOSTILE = {
  search_path: 'moolai, public',
  TimeZone: 'Asia/Kathmandu',
  DateStyle: 'SQL, DMY',
  IntervalStyle: 'iso_8601',
  client_encoding: 'LATIN1',
  extra_float_digits: '-10',
  bytea_output: 'escape',
  standard_conforming_strings: 'off',
  array_nulls: 'off',
  transform_null_equals: 'on',
  row_security: 'off',
  gin_fuzzy_search_limit: '1',
  default_transaction_read_only: 'on',
  default_transaction_isolation: 'serializable',
  statement_timeout: '10s',
  lock_timeout: '1',
  idle_in_transaction_session_timeout: '10s',
  idle_session_timeout: '10s',
  exit_on_error: 'on',
  synchronous_commit: 'off',
};

/** For a process that waits for many others. */
const PATIENCE_MS = 60_000;

async function untilHealthy(controller: ControllerProcess): Promise<void> {
  await waitUntil(
    `it is healthy; it said ${controller.errors} ${controller.output}`,
    async () => {
      if (controller.exit) throw new Error(`it ended: ${controller.errors} ${controller.output}`);
      return (await controller.fetch('/api/v1/controller/health'))?.status === 200;
    },
    PATIENCE_MS,
  );
}

describe('a database prepared by an administrator', () => {
  let admin: TestDatabase;
  let dataDir: string;
  let count = 0;
  const made: string[] = [];

  beforeAll(async () => {
    admin = await TestDatabase.create({ empty: true });
    dataDir = newDataDir();
  });

  afterAll(async () => {
    for (const name of made) await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    for (const name of made) await admin.query(`DROP ROLE IF EXISTS ${name}`);
    await admin.drop();
  });

  /** A role, and a database of the same name that it does not own. */
  async function prepare(options = '', attributes = ''): Promise<string> {
    const name = `prepared_${process.pid}_${(count += 1)}`;
    made.push(name);
    await admin.query(`CREATE ROLE ${name} LOGIN PASSWORD 'of the test' ${attributes}`);
    await admin.query(`CREATE DATABASE ${name} TEMPLATE template0 ${options}`);
    return name;
  }

  /** Runs statements there as a superuser. */
  async function within(database: string, ...statements: string[]): Promise<void> {
    const other = Object.assign(Object.create(TestDatabase.prototype) as TestDatabase, {
      connection: { ...admin.connection, database },
    });
    for (const statement of statements) await other.query(statement);
  }

  function env(name: string): Record<string, string> {
    const connection = { ...admin.connection, user: name, password: 'of the test', database: name };
    return { ...databaseEnv(connection), CONTROLLER_DATA_DIR: dataDir };
  }

  async function start(name: string): Promise<ControllerProcess> {
    return new ControllerProcess(await freePort(), dataDir, { ...env(name), LOG_FORMAT: 'json' });
  }

  async function stop(controller: ControllerProcess): Promise<void> {
    controller.signal('SIGTERM');
    await expect(controller.untilExit()).resolves.toMatchObject({ code: 0 });
  }

  async function work(controller: ControllerProcess, id: string): Promise<void> {
    const client = new OrchestratorClient({
      url: `ws://127.0.0.1:${controller.port}/ws`,
      orchestratorId: id,
      onMessage: () => undefined,
    });
    client.start();
    await client.report({ metrics: { load: 0.1 }, usage: [{ model: 'm', cost_usd: 0.1 }] });
    const path = `/api/v1/internal/orchestrators/${id}/messages`;
    const response = await fetch(`http://127.0.0.1:${controller.port}${path}`, {
      method: 'POST',
      headers: { authorization: 'Bearer fake-dev-token', 'content-type': 'application/json' },
      body: JSON.stringify({ message_type: 'note', message_content: { text: 'ü\\ 😀' } }),
    });
    expect(response.status).toBe(201);
    const { data } = (await response.json()) as { data: Message };
    const message = await waitUntil('it is delivered', async () => {
      const found = await controller.api.getMessage(data.id);
      return found.status === 'delivered' && found;
    });
    expect(message.message_content).toEqual({ text: 'ü\\ 😀' });
    expect(Math.abs(Date.now() - Date.parse(message.created_at))).toBeLessThan(600_000);
    await client.stop();
  }

  it('works with role settings, schema and extension elsewhere, another collation, and few rights', async () => {
    const name = await prepare(`LC_COLLATE 'C' LC_CTYPE 'C'`, 'CREATEDB');
    await within(
      name,
      'REVOKE ALL ON SCHEMA public FROM PUBLIC',
      'CREATE SCHEMA extensions',
      `GRANT USAGE ON SCHEMA extensions TO ${name}`,
      'CREATE EXTENSION pg_trgm SCHEMA extensions',
      `CREATE SCHEMA moolai AUTHORIZATION ${name}`,
    );
    for (const [setting, value] of Object.entries(HOSTILE)) {
      const given = setting === 'search_path' ? value : `'${value}'`;
      await admin.query(`ALTER ROLE ${name} IN DATABASE ${name} SET ${setting} = ${given}`);
    }
    const controller = await start(name);
    await untilHealthy(controller);
    await work(controller, 'prepared');
    const out = join(dataDir, 'backups');
    const backup = await runCommand('backup', ['--out', out, '--verify'], env(name));
    expect(backup).toMatchObject({ code: 0, errors: '' });
    expect(backup.output).toMatch(/[1-9]\d* rows of [2-9]\d tables.*\nverified/s);
    await stop(controller);

    const target = await prepare('', 'CREATEDB');
    await admin.query(`ALTER DATABASE ${target} OWNER TO ${target}`);
    const [file = ''] = backup.output.split('\n');
    const restore = await runCommand('restore', [file, '--force'], env(target));
    expect(restore).toMatchObject({ code: 0, errors: '' });
    const restored = await start(target);
    await untilHealthy(restored);
    await work(restored, 'prepared');
    await stop(restored);
    rmSync(out, { recursive: true });
  }, 180_000);

  it('is refused in one line with the remedy if it cannot work', async () => {
    const latin = await prepare(`ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'`);
    const closed = await prepare();
    const nowhere = await prepare();
    await admin.query(`ALTER ROLE ${nowhere} SET search_path = elsewhere`);
    const bare = await prepare();
    await within(bare, `GRANT ALL ON SCHEMA public TO ${bare}`);
    const refused: [string, RegExp][] = [
      [latin, /is encoded in LATIN1: make it with ENCODING 'UTF8'/],
      [closed, new RegExp(`GRANT CREATE ON SCHEMA public TO ${closed}`)],
      [nowhere, /no schema of the search_path of \w+ exists/],
      [bare, /CREATE EXTENSION pg_trgm in \w+ as a superuser/],
    ];
    for (const [name, words] of refused) {
      const { code, errors } = await runCommand('migrate', [], env(name));
      expect({ code, errors }).toEqual({ code: 1, errors: expect.stringMatching(words) as string });
      expect(errors.trim().split('\n')).toHaveLength(1);
    }
    const controller = await start(closed);
    await waitUntil('it ends', () => controller.exit, PATIENCE_MS);
    expect(controller.exit).toMatchObject({ code: 1 });
    expect(controller.errors).toMatch(/^moolai-controller: prepared_\w+ may not create tables .*\n$/);
  }, 120_000);

  it('is not backed up without tables, nor verified by a role that cannot restore it', async () => {
    const name = await prepare();
    await admin.query(`ALTER DATABASE ${name} OWNER TO ${name}`);
    const out = join(dataDir, 'backups');
    const empty = await runCommand('backup', ['--out', out, '--verify'], env(name));
    expect(empty).toMatchObject({ code: 1, output: '' });
    expect(empty.errors).toMatch(/^backup: there are no tables of a controller where .*\n$/);
    await runCommand('migrate', [], env(name));
    const untried = await runCommand('backup', ['--out', out, '--verify'], env(name));
    expect(untried).toMatchObject({ code: 1 });
    expect(untried.errors).toMatch(
      /^backup: not verified: \w+ may not create a scratch database .* CREATEDB\n$/,
    );
    await within(name, 'DROP TABLE usage_entries');
    const torn = await runCommand('backup', ['--out', out], env(name));
    expect(torn).toMatchObject({ code: 1, output: '' });
    expect(torn.errors).toMatch(/^backup: the tables usage_entries are missing/);
  }, 120_000);
});
