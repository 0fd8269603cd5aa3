import type { InternalHealth } from '@moolai/contracts';
import { waitUntil } from '@moolai/testing';
import { useControllerPerTest } from '../support/use-controller.js';

/** The shortest pause between two batches in the contract, minus the timer's inaccuracy. */
const SHORTEST_PAUSE_MS = 800;

describe('heartbeats on their way to the database', () => {
  const controller = useControllerPerTest();

  async function inMemory(id: string): Promise<string | null> {
    const { items } = await controller.api.listConnectedOrchestrators();
    return items.find((item) => item.orchestrator_id === id)?.last_seen ?? null;
  }

  async function inDatabase(id: string): Promise<string | undefined> {
    const rows = await controller.database.query<{ last_seen: Date | null }>(
      'SELECT last_seen FROM orchestrator_instances WHERE orchestrator_id = $1',
      [id],
    );
    return rows[0]?.last_seen?.toISOString();
  }

  async function writer(): Promise<InternalHealth['heartbeat_writer']> {
    const { body } = (await controller.anonymous.get('/api/v1/internal/health')) as {
      body: { data: InternalHealth };
    };
    return body.data.heartbeat_writer;
  }

  async function processed(): Promise<number> {
    return (await controller.api.getOverview()).heartbeats.processed;
  }

  it('are batched: one statement for the whole fleet, at most once a second', async () => {
    const fleet = await Promise.all(
      Array.from({ length: 50 }, (_, index) => controller.orchestrator(`batch-${index}`)),
    );
    await controller.database.query('CREATE TABLE updates (rows integer)');
    await controller.database.query(
      `CREATE FUNCTION count_updates() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN INSERT INTO updates SELECT count(*) FROM changed; RETURN NULL; END $$`,
    );
    await controller.database.query(
      `CREATE TRIGGER count_updates AFTER UPDATE ON orchestrator_instances
       REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_updates()`,
    );
    const startedAt = performance.now();
    for (let beat = 0; beat < 20; beat += 1) {
      for (const [index, orchestrator] of fleet.entries()) orchestrator.beat(`batch-${index}`);
      await new Promise(setImmediate);
    }
    await waitUntil('all thousand are counted', async () => (await processed()) === 1_000);
    await waitUntil('the last one is written', async () => {
      const seen = await inMemory('batch-49');
      return seen !== null && (await inDatabase('batch-49')) === seen;
    });
    const elapsedMs = performance.now() - startedAt;
    const [row] = await controller.database.query<{ statements: number; largest: number }>(
      'SELECT count(*)::int AS statements, max(rows) AS largest FROM updates',
    );
    expect(row?.largest).toBe(50);
    // On a busy machine a late batch is followed by one on time.
    expect(row?.statements).toBeLessThanOrEqual(Math.ceil(elapsedMs / SHORTEST_PAUSE_MS) + 1);
  });

  it('survive an outage of the database in memory, while the live view continues', async () => {
    const orchestrator = await controller.orchestrator('outage-1');
    await controller.database.goAway();
    await waitUntil('health notices', async () => {
      const { status } = await controller.anonymous.get('/api/v1/controller/health');
      return status === 503;
    });
    const health = await controller.anonymous.get('/api/v1/internal/health').expect(503);
    expect((health.body as { data: unknown }).data).toMatchObject({
      status: 'degraded',
      database: { status: 'down', latency_ms: null },
      websocket: { connections: 1, registered: 1 },
    });

    const before = await inMemory('outage-1');
    orchestrator.beat('outage-1', { health_status: { status: 'ok', load: 0.5 } });
    const seen = await waitUntil('memory moves', async () => {
      const now = await inMemory('outage-1');
      return now !== before && now;
    });
    const failures = (await writer()).consecutive_failures;
    await waitUntil('two more batches have failed', async () => {
      return (await writer()).consecutive_failures >= failures + 2;
    });
    const { error } = await controller.api.listOrchestrators().expect(503);
    expect(error).toMatchObject({ success: false, error: 'unavailable' });

    const newcomer = await controller.connect();
    newcomer.send({ type: 'register', orchestrator_id: 'outage-2' });
    await expect(newcomer.next('handshake_ack')).resolves.toMatchObject({
      success: false,
      error: 'unavailable',
      retry_after_ms: expect.any(Number) as number,
    });
    await expect(newcomer.untilClosed()).resolves.toMatchObject({ code: 1013 });

    await controller.database.comeBack();
    await waitUntil('the database has what memory kept', async () => (await inDatabase('outage-1')) === seen);
    await expect(controller.api.getOrchestrator('outage-1')).resolves.toMatchObject({
      health_status: { status: 'ok', load: 0.5 },
      connected: true,
    });
    await controller.anonymous.get('/api/v1/controller/health').expect(200);
    expect(orchestrator.isOpen).toBe(true);
  });

  it('are all written when the controller shuts down', async () => {
    const orchestrator = await controller.orchestrator('flush-1');
    const count = await processed();
    orchestrator.beat('flush-1');
    await waitUntil('it is counted', async () => (await processed()) > count);
    const seen = await inMemory('flush-1');
    expect(seen).not.toBeNull();
    await controller.close();
    expect(await inDatabase('flush-1')).toBe(seen);
    const rows = await controller.database.query(
      `SELECT status FROM orchestrator_instances WHERE orchestrator_id = 'flush-1'`,
    );
    expect(rows).toEqual([{ status: 'active' }]);
  });

  it('do not follow an announcement that the triggers did not make', async () => {
    const orchestrator = await controller.orchestrator('notify-1');
    for (const payload of [
      'rubbish',
      '[]',
      '{}',
      '{"version":99,"is_independent":true,"updated_at":"never"}',
    ]) {
      await controller.database.query(`SELECT pg_notify('moolai_independence', $1)`, [payload]);
    }
    await waitUntil('all four were refused', () => {
      const refusals = controller.log.messages().filter((line) => line.startsWith('ignored an announcement'));
      return refusals.length === 4;
    });
    const count = await processed();
    orchestrator.beat('notify-1');
    await waitUntil('it still beats', async () => (await processed()) > count);
    await controller.database.query(
      `UPDATE orchestrator_instances SET is_independent = true WHERE orchestrator_id = 'notify-1'`,
    );
    await waitUntil('it still hears of real ones', async () => {
      const one = await controller.api.getOrchestrator('notify-1');
      return one.is_independent;
    });
  });
});
