import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ControllerProcess, freePort, TestOrchestrator, waitUntil } from '@moolai/testing';
import { databaseEnv } from '../support/command.js';
import { describeWith, POSTGRES_BIN } from './debian.js';
import { DebianPostgres, type ServerDatabase } from './debian-postgres.js';

const DAY_MS = 86_400_000;

describeWith('postgresql-15')('what is done to a PostgreSQL 15 while a controller works on it', () => {
  let postgres: DebianPostgres;
  let database: ServerDatabase;
  let controller: ControllerProcess;
  let orchestrator: TestOrchestrator;
  let dir: string;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'moolai-habits-'));
    postgres = await DebianPostgres.start();
    database = await postgres.database();
    const env = { DEMO_FLEET: '0', ...databaseEnv(database.connection) };
    controller = new ControllerProcess(await freePort(), join(dir, 'data'), env);
    await controller.untilHealthy();
    orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${controller.port}/ws`);
    await orchestrator.register('habits-1');
  });

  afterAll(async () => {
    await controller.stop();
    await postgres.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  function report(id: string, at: Date): Promise<{ message_id: number }> {
    orchestrator.send({
      type: 'monitoring',
      orchestrator_id: 'habits-1',
      client_message_id: id,
      timestamp: at.toISOString(),
      metrics: { load: 1 },
    });
    return orchestrator.next('received');
  }

  /** A pg_dump that has locked its tables, and whose output is not read. */
  async function beginDump(): Promise<ChildProcess> {
    const { host, port, user, password, database: name } = database.connection;
    const dump = spawn(
      join(POSTGRES_BIN, 'pg_dump'),
      [`--host=${host}`, `--port=${port}`, `--username=${user}`, name],
      { env: { PGPASSWORD: password }, stdio: ['ignore', 'pipe', 'ignore'] },
    );
    await waitUntil('pg_dump reads', async () => {
      const rows = await database.administer(
        `SELECT 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid)
         WHERE a.application_name = 'pg_dump' AND l.relation = 'monitoring_samples'::regclass AND l.granted`,
      );
      return rows.length > 0;
    });
    return dump;
  }

  it('a pg_dump does not delay reports, not even the first one of a day', async () => {
    // More than a pipe holds, so that the dump blocks.
    await database.query(
      `INSERT INTO organizations (organization_id, name)
       SELECT 'dumped-' || n, repeat('x', 100) FROM generate_series(1, 5000) AS n`,
    );
    const dump = await beginDump();
    const ended = new Promise((resolve) => dump.once('exit', resolve));
    try {
      const stored = await report('during a dump', new Date(Date.now() - 3 * DAY_MS));
      expect(stored.message_id).toBeGreaterThan(0);
      expect(dump.exitCode).toBeNull();
    } finally {
      dump.stdout?.resume();
      await ended;
    }
    expect(dump.exitCode).toBe(0);
  });

  it('without rights it is not ready, and every write answers 503 until they are restored', async () => {
    const post = (): Promise<Response> =>
      fetch(`http://127.0.0.1:${controller.port}/api/v1/internal/orchestrators/habits-1/messages`, {
        method: 'POST',
        headers: { authorization: 'Bearer fake-dev-token', 'content-type': 'application/json' },
        body: JSON.stringify({ message_type: 'order', message_content: {} }),
      });
    await database.query('REVOKE INSERT ON orchestrator_messages FROM moolai');
    const refused = await post();
    expect(refused.status).toBe(503);
    expect(((await refused.json()) as { detail: string }).detail).toMatch(/cannot store anything/);
    await waitUntil('it is not ready', async () => (await controller.fetch('/health/ready'))?.status === 503);
    await database.query('GRANT INSERT ON orchestrator_messages TO moolai');
    await waitUntil('it is ready', async () => (await controller.fetch('/health/ready'))?.status === 200);
    expect((await post()).status).toBe(201);
  });
});
