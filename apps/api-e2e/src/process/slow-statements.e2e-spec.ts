import {
  newDataDir,
  TestDatabase,
  TestOrchestrator,
  waitUntil,
  type ControllerProcess,
} from '@moolai/testing';
import pg from 'pg';
import { startOn } from '../support/process-on-database.js';

/** More than the pool has connections. */
const AT_ONCE = 40;

interface Answer {
  status: number;
  detail: string | undefined;
}

describe('slow statements', () => {
  const dataDir = newDataDir();
  let database: TestDatabase;
  let controller: ControllerProcess;

  beforeAll(async () => {
    database = await TestDatabase.create();
    controller = await startOn(database, dataDir);
    await enter('slow-1');
  });

  afterAll(async () => {
    await controller.stop();
    await database.drop();
  });

  async function enter(id: string): Promise<TestOrchestrator> {
    const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${controller.port}/ws`);
    await orchestrator.register(id);
    return orchestrator;
  }

  async function send(method: string, path: string, body?: object): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${controller.port}/api/v1${path}`, {
      method,
      headers: { authorization: 'Bearer fake-dev-token', 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, detail: ((await response.json()) as { detail?: string }).detail };
  }

  function chart(): Promise<Answer> {
    return send('GET', '/controller/orchestrators/slow-1/metrics?name=load');
  }

  /** Locks a table; returns a function that releases it. */
  async function lock(table: string): Promise<() => Promise<void>> {
    const holder = new pg.Client(database.connection);
    holder.on('error', () => undefined);
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    return () => holder.end();
  }

  async function untilLocked(atLeast: number): Promise<void> {
    await waitUntil('statements wait for the lock', async () => {
      const [row] = await database.query<{ waiting: number }>(
        `SELECT count(*)::int AS waiting FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return (row?.waiting ?? 0) >= atLeast;
    });
  }

  /** Registers an orchestrator, and waits until its heartbeat is in the database. */
  async function live(id: string): Promise<void> {
    const orchestrator = await enter(id);
    const seen = async (): Promise<unknown> => {
      const rows = await database.query<{ at: Date }>(
        'SELECT last_seen AS at FROM orchestrator_instances WHERE orchestrator_id = $1',
        [id],
      );
      return rows[0]?.at.getTime();
    };
    const before = await seen();
    await waitUntil('its heartbeat is written', async () => {
      orchestrator.beat(id);
      return (await seen()) !== before;
    });
  }

  it('in charts only delay other charts, and are reported as slow', async () => {
    const release = await lock('monitoring_samples');
    let answered = 0;
    const charts = Array.from({ length: AT_ONCE }, () => chart().finally(() => (answered += 1)));
    await untilLocked(4);
    await live('beside-charts');
    await expect(send('GET', '/controller/orchestrators')).resolves.toMatchObject({ status: 200 });
    await expect(
      send('PATCH', '/internal/orchestrators/slow-1', { name: 'renamed meanwhile' }),
    ).resolves.toMatchObject({ status: 200 });
    await expect(controller.fetch('/health/ready')).resolves.toMatchObject({ status: 200 });
    // All of that came before the first chart was given up.
    expect(answered).toBe(0);
    for (const { status, detail } of await Promise.all(charts)) {
      expect(status).toBe(503);
      expect(detail).toMatch(/did not finish in time|is busy/);
    }
    await release();
    await waitUntil('charts are answered', async () => (await chart()).status === 200);
  });

  it('in requests delay no registrations and heartbeats', async () => {
    const release = await lock('users');
    let answered = 0;
    const users = Array.from({ length: AT_ONCE }, () =>
      send('GET', '/internal/users').finally(() => (answered += 1)),
    );
    await untilLocked(10);
    await live('beside-requests');
    await expect(controller.fetch('/health/ready')).resolves.toMatchObject({ status: 200 });
    expect(answered).toBe(0);
    await release();
    for (const { status } of await Promise.all(users)) expect(status).toBe(200);
  });
});
