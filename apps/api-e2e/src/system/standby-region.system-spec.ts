import { ControllerProcess, freePort, newDataDir, TestOrchestrator, waitUntil } from '@moolai/testing';
import { isReady, post } from '../support/failover.js';
import { RegionLoad } from '../support/region-load.js';
import { describeWith } from './debian.js';
import { ROLE } from './debian-replicas.js';
import { Regions, type RegionsOptions } from './debian-regions.js';

const ORCHESTRATORS = 200;
const TTL_SEC = 5;
/** What docs/operators.md promises; the measured times are printed. */
const HEALED_WITHIN_MS = 10_000;

describeWith('postgresql-15')('a region that is lost with its database', () => {
  let regions: Regions;
  let controller: ControllerProcess;
  let load: RegionLoad | undefined;

  afterEach(async () => {
    await load?.stop();
    load = undefined;
    await controller.stop();
    await regions.end();
  });

  async function start(options: RegionsOptions): Promise<void> {
    regions = await Regions.start(options);
    const { primary, standby } = regions;
    controller = new ControllerProcess(await freePort(), newDataDir(), {
      DATABASE_HOST: `127.0.0.1:${primary.port},127.0.0.1:${standby.port}`,
      DATABASE_USER: ROLE.user,
      DATABASE_PASSWORD: ROLE.password,
      DATABASE_NAME: ROLE.database,
      HEARTBEAT_INTERVAL_SEC: '1',
      HEARTBEAT_TTL_SEC: String(TTL_SEC),
    });
    await controller.untilHealthy();
  }

  /** How many of these messages and reports the standby does not have. */
  async function missing(ids: readonly number[]): Promise<number> {
    const [row] = await regions.standby.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM unnest($1::bigint[]) AS acknowledged (id)
        WHERE NOT EXISTS (SELECT FROM orchestrator_messages AS m WHERE m.id = acknowledged.id)`,
      [ids],
    );
    return row?.count ?? NaN;
  }

  /** How many of these messages are stored and were not acknowledged by their orchestrators. */
  async function undelivered(ids: readonly number[]): Promise<number> {
    const [row] = await regions.standby.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM orchestrator_messages
        WHERE id = ANY($1) AND direction = 'to_orchestrator' AND status <> 'delivered'`,
      [ids],
    );
    return row?.count ?? NaN;
  }

  /** Milliseconds from a promotion until messages are stored, and until the controller says that it is ready. */
  async function promote(): Promise<{ storedMs: number; readyMs: number }> {
    const startedAt = performance.now();
    await regions.standby.promote();
    await waitUntil('one is stored', async () => (await post(controller, 'region-001')).status === 201);
    const storedMs = Math.round(performance.now() - startedAt);
    await waitUntil('it is ready', () => isReady(controller));
    return { storedMs, readyMs: Math.round(performance.now() - startedAt) };
  }

  it.each([
    { isSynchronous: true, oneWayMs: 10 },
    { isSynchronous: false, oneWayMs: 100 },
  ])('is replaced by its standby: %j', async (options) => {
    await start(options);
    const fleet = (load = await RegionLoad.start(controller, ORCHESTRATORS));
    const { acknowledged, messages, tookMs } = fleet;
    await waitUntil('there is load', () => acknowledged.length > 1_000, 120_000);
    const before = (await fleet.live()).map(({ session_id: id }) => id).sort();
    const medianMs = tookMs.toSorted((a, b) => a - b)[Math.floor(tookMs.length / 2)] ?? NaN;

    regions.primary.kill();
    const killedAt = Date.now();
    await waitUntil('it is not ready', async () => !(await isReady(controller)));
    const stored = [...acknowledged];
    const lost = await missing(stored);
    await waitUntil('all sent heartbeats through two TTLs without a database', async () => {
      const seen = (await fleet.live()).map(({ last_seen: at }) => Date.parse(at ?? ''));
      return Math.min(...seen) > killedAt + 2 * TTL_SEC * 1_000;
    });
    const { storedMs, readyMs } = await promote();
    await waitUntil('more is stored', () => acknowledged.length > stored.length + 200);
    await fleet.settle();

    process.stdout.write(
      `${JSON.stringify(options)}: POST takes ${medianMs.toFixed(1)} ms; stored again after ${storedMs} ms, ready ` +
        `after ${readyMs} ms; ${lost} of ${stored.length} acknowledged are lost\n`,
    );
    expect(readyMs).toBeLessThan(HEALED_WITHIN_MS);
    // All sockets are the same, and no orchestrator was shown as missing.
    expect((await fleet.live()).map(({ session_id: id }) => id).sort()).toEqual(before);
    expect([...fleet.wrong]).toEqual([]);
    expect(fleet.alarms()).toEqual([]);
    const statuses = await regions.standby.query('SELECT DISTINCT status FROM orchestrator_instances');
    expect(statuses).toEqual([{ status: 'active' }]);
    if (options.isSynchronous) {
      expect(lost).toBe(0);
      expect(await missing(acknowledged)).toBe(0);
    }
    // Also those whose acknowledgement was lost: the search for missed work finds them.
    await waitUntil(
      'all that are left are delivered',
      async () => (await undelivered(messages)) === 0,
      90_000,
    );
  });

  it('stores nothing unconfirmed while only the line to its standby is cut, and goes on when told not to wait', async () => {
    await start({ isSynchronous: true, oneWayMs: 10 });
    const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${controller.port}/ws`);
    await orchestrator.register('region-001');
    expect((await post(controller, 'region-001')).status).toBe(201);
    regions.link.cut();
    expect((await post(controller, 'region-001')).status).toBe(503);
    await regions.primary.query('ALTER SYSTEM RESET synchronous_standby_names');
    await regions.primary.query('SELECT pg_reload_conf()');
    await waitUntil('one is stored', async () => (await post(controller, 'region-001')).status === 201);
    expect(orchestrator.isOpen).toBe(true);
  });
});
