import type { Orchestrator } from '@moolai/contracts';
import { ControllerProcess, freePort, newDataDir, TestOrchestrator, waitUntil } from '@moolai/testing';

/** Much longer than a start, so that the controller is killed repeatedly within it. */
const TTL_SEC = 12;
/** More starts than fit into the TTL. */
const MAX_STARTS = 20;
const IDS = ['was-active', 'was-in-error', 'was-broken', 'had-left'];

describe('a controller that is killed repeatedly', () => {
  const dataDir = newDataDir();
  let controller: ControllerProcess;
  let port: number;

  beforeAll(async () => {
    port = await freePort();
    await start();
  });

  afterAll(() => controller.stop());

  async function start(): Promise<void> {
    controller = new ControllerProcess(port, dataDir, {
      DEMO_FLEET: '0',
      HEARTBEAT_TTL_SEC: String(TTL_SEC),
    });
    await controller.untilHealthy();
  }

  async function restart(): Promise<void> {
    controller.signal('SIGKILL');
    await controller.untilExit();
    await start();
  }

  async function register(id: string): Promise<TestOrchestrator> {
    const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${port}/ws`);
    await orchestrator.register(id);
    return orchestrator;
  }

  async function views(): Promise<Record<string, Orchestrator>> {
    const all = await Promise.all(IDS.map((id) => controller.api.getOrchestrator(id)));
    return Object.fromEntries(all.map((one) => [one.orchestrator_id, one]));
  }

  async function stored(): Promise<Record<string, string>> {
    const rows = await controller.query<{ orchestrator_id: string; status: string }>(
      'SELECT orchestrator_id, status FROM orchestrator_instances',
    );
    return Object.fromEntries(rows.map(({ orchestrator_id, status }) => [orchestrator_id, status]));
  }

  it('gives active orchestrators one TTL to reconnect, and never shows ones in error as active', async () => {
    await register('was-active');
    const inError = await register('was-in-error');
    inError.beat('was-in-error', { health_status: { status: 'error' } });
    (await register('was-broken')).crash();
    await (await register('had-left')).close();
    await waitUntil('the table knows it', async () => {
      const statuses = await stored();
      const left = ['was-active', 'was-in-error', 'was-broken', 'had-left'].map((id) => statuses[id]);
      return left.join() === 'active,error,error,inactive';
    });

    const ends = new Set<string>();
    const seen: Record<string, Set<string>> = Object.fromEntries(IDS.map((id) => [id, new Set<string>()]));
    let starts = 0;
    for (let hasEnded = false; !hasEnded && starts < MAX_STARTS; starts += 1) {
      await restart();
      const present = await views();
      for (const id of IDS) seen[id]?.add(present[id]?.status ?? '');
      const reason = present['was-active']?.status_reason ?? '';
      const [end] = /until (\S+ \S+) UTC/.exec(reason)?.slice(1) ?? [];
      if (end) ends.add(end);
      hasEnded =
        present['was-active']?.status === 'inactive' && present['was-in-error']?.status === 'inactive';
      const { orchestrators } = await controller.api.getOverview();
      expect(orchestrators.connected).toBe(0);
    }
    expect(starts).toBeLessThan(MAX_STARTS);
    // The deadline was set once; it is shown in whole seconds, rounded either way.
    const moments = [...ends].map((end) => Date.parse(`${end.replace(' ', 'T')}Z`));
    expect(moments.length).toBeGreaterThan(0);
    expect(Math.max(...moments) - Math.min(...moments)).toBeLessThanOrEqual(1_000);
    expect([...(seen['was-active'] ?? [])]).toEqual(['active', 'inactive']);
    expect([...(seen['was-in-error'] ?? [])]).toEqual(['error', 'inactive']);
    expect([...(seen['was-broken'] ?? [])]).toEqual(['error', 'inactive']);
    expect([...(seen['had-left'] ?? [])]).toEqual(['inactive']);
    await waitUntil('the table follows', async () => {
      return Object.values(await stored()).every((status) => status === 'inactive');
    });

    const back = await register('was-active');
    await restart();
    const again = await views();
    expect(again['was-active']).toMatchObject({ status: 'active', connected: false });
    back.crash();
  }, 240_000);
});
