import type {
  IndependenceGrant,
  Orchestrator,
  SetOrchestratorIndependenceRequest,
  SetOrganizationIndependenceRequest,
} from '@moolai/contracts';
import { waitUntil, wrong } from '@moolai/testing';
import { useController } from '../support/use-controller.js';

describe('an independence lease', () => {
  const controller = useController({
    env: { HEARTBEAT_INTERVAL_SEC: '0.5', HEARTBEAT_TTL_SEC: '1.5' },
  });

  function view(id: string): Promise<Orchestrator> {
    return controller.api.getOrchestrator(id);
  }

  async function history(id: string): Promise<IndependenceGrant[]> {
    return (await controller.api.listIndependenceHistory(id)).items;
  }

  function switchTo(id: string, body: SetOrchestratorIndependenceRequest) {
    return controller.api.switchIndependence(id, body);
  }

  it('stores and shows actor, time, reason and end', async () => {
    await controller.orchestrator('lease-1');
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    await switchTo('lease-1', { is_independent: true, reason: 'on a ship', expires_at }).expect(200);
    const shown = await view('lease-1');
    expect(shown).toMatchObject({
      independence_source: 'own',
      independence_by: 'dev-token@controller',
      independence_reason: 'on a ship',
      independence_expires_at: expires_at,
    });
    expect(await history('lease-1')).toEqual([
      {
        id: expect.any(Number) as number,
        source: 'own',
        reason: 'on a ship',
        expires_at,
        started_at: shown.independence_since,
        started_by: 'dev-token@controller',
        ended_at: null,
        ended_by: null,
        observations: [],
      },
    ]);
    await switchTo('lease-1', { is_independent: true, reason: null, expires_at: null }).expect(200);
    await expect(view('lease-1')).resolves.toMatchObject({
      independence_reason: null,
      independence_expires_at: null,
    });
    await switchTo('lease-1', { is_independent: false }).expect(200);
    await expect(view('lease-1')).resolves.toMatchObject({ independence_since: null, independence_by: null });
    const [grant, ...others] = await history('lease-1');
    expect(others).toEqual([]);
    expect(grant).toMatchObject({ reason: null, ended_by: 'dev-token@controller' });
  });

  it('expires, restarts the liveness clock, and publishes an event', async () => {
    await controller.orchestrator('lease-2');
    const expires_at = new Date(Date.now() + 2_000).toISOString();
    await switchTo('lease-2', { is_independent: true, expires_at }).expect(200);
    // The row changes first, and memory after its announcement.
    await waitUntil('it is managed again, and active', async () => {
      const { is_independent, status } = await view('lease-2');
      return !is_independent && status === 'active';
    });
    await expect(history('lease-2')).resolves.toMatchObject([{ ended_by: 'system' }]);
    const { items } = await controller.api.listActivity({
      orchestrator_id: 'lease-2',
      type: 'independence.changed',
    });
    expect(items[0]).toMatchObject({ actor: 'system', data: { is_independent: false } });
    expect(items[0]?.summary).toContain('its lease is over');
  });

  it('of an organization ends for it and its followers', async () => {
    await controller.orchestrator('lease-3', { organization_id: 'org-lease' });
    const expires_at = new Date(Date.now() + 4_000).toISOString();
    await controller.api.switchOrganizationIndependence('org-lease', {
      is_independent: true,
      apply_to_existing: true,
      expires_at,
    });
    await expect(view('lease-3')).resolves.toMatchObject({ independence_expires_at: expires_at });
    await waitUntil('it is managed again', async () => !(await view('lease-3')).is_independent);
    await expect(controller.api.getOrganization('org-lease')).resolves.toMatchObject({
      is_independent: false,
      independence_expires_at: null,
    });
  });

  it('records the incidents that would have been raised', async () => {
    const orchestrator = await controller.orchestrator('lease-4');
    await switchTo('lease-4', { is_independent: true }).expect(200);
    orchestrator.beat('lease-4');
    const kinds = async (): Promise<string[]> =>
      (await history('lease-4'))[0]?.observations.map(({ kind }) => kind) ?? [];
    await waitUntil('the silence is recorded', async () => (await kinds()).includes('ttl_exceeded'));
    orchestrator.beat('lease-4');
    await waitUntil('the end of the silence is recorded', async () =>
      (await kinds()).includes('heartbeats_back'),
    );
    orchestrator.crash();
    await waitUntil('the loss is recorded', async () => (await kinds()).includes('link_lost'));
    await controller.orchestrator('lease-4');
    await waitUntil('the return is recorded', async () => (await kinds()).includes('link_back'));
    expect((await kinds()).slice(0, 4)).toEqual([
      'ttl_exceeded',
      'heartbeats_back',
      'link_lost',
      'link_back',
    ]);
    await expect(view('lease-4')).resolves.toMatchObject({ status: 'independent' });
  });

  it('is recorded when switched by plain SQL as well', async () => {
    await controller.orchestrator('lease-5');
    for (const flag of [true, false, true]) {
      await controller.database.query(
        `UPDATE orchestrator_instances SET is_independent = ${flag} WHERE orchestrator_id = 'lease-5'`,
      );
    }
    const grants = await history('lease-5');
    expect(grants).toHaveLength(2);
    expect(grants[0]).toMatchObject({ ended_at: null, started_by: expect.stringMatching(/^sql:/) as string });
    expect(grants[1]?.ended_by).toMatch(/^sql:/);
  });

  it.each([
    [{ is_independent: false, reason: 'why' }],
    [{ is_independent: false, expires_at: '2999-01-01T00:00:00Z' }],
    [{ is_independent: true, expires_at: '2001-01-01T00:00:00Z' }],
    [{ is_independent: true, expires_at: 'soon' }],
    [{ is_independent: true, reason: 'x'.repeat(501) }],
  ])('is refused with %j', async (body) => {
    await controller.orchestrator('lease-6');
    await switchTo('lease-6', wrong(body)).expect(400);
    expect((await view('lease-6')).is_independent).toBe(false);
  });

  it('changes only differences, and returns the previous state', async () => {
    await controller.orchestrator('undo-1');
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    const answer = (body: SetOrchestratorIndependenceRequest) => switchTo('undo-1', body);
    const lease = { is_independent: true, source: 'own' as const, reason: 'on a ship', expires_at };
    const managed = { is_independent: false, source: null, reason: null, expires_at: null };

    await expect(answer(managed)).resolves.toMatchObject({ changed: false, previous: managed });
    await expect(answer({ is_independent: true, reason: 'on a ship', expires_at })).resolves.toMatchObject({
      changed: true,
      previous: managed,
    });
    /** Without fields that change with time, such as observations of silence. */
    const switches = async (): Promise<unknown[]> => {
      const flag = Object.entries(await view('undo-1')).filter(([name]) => name.includes('independen'));
      return [flag, (await history('undo-1')).map((grant) => ({ ...grant, observations: [] }))];
    };
    const before = await switches();
    for (const same of [{}, { reason: 'on a ship' }, { keep_lease: true, reason: 'another' }]) {
      await expect(answer({ is_independent: true, ...same })).resolves.toMatchObject({
        changed: false,
        previous: lease,
        persisted: { database: true, env_file: true, json_file: true },
      });
    }
    expect(await switches()).toEqual(before);

    // Only the named fields of a lease change, and null clears one.
    await expect(answer({ is_independent: true, reason: 'in a harbour' })).resolves.toMatchObject({
      changed: true,
    });
    expect((await view('undo-1')).independence_expires_at).toBe(expires_at);
    await answer({ is_independent: true, expires_at: null });
    await expect(answer({ is_independent: false })).resolves.toMatchObject({
      changed: true,
      previous: { ...lease, reason: 'in a harbour', expires_at: null },
    });

    // The previous state is a body that restores it.
    for (const previous of [lease, { ...lease, source: 'organization' as const, expires_at: null }]) {
      await expect(answer(previous)).resolves.toMatchObject({ changed: true });
      await expect(view('undo-1')).resolves.toMatchObject({
        independence_source: previous.source,
        independence_reason: 'on a ship',
        independence_expires_at: previous.expires_at,
      });
      const [grant] = await history('undo-1');
      expect(grant).toMatchObject({ source: previous.source, reason: 'on a ship', ended_at: null });
      await expect(answer({ is_independent: false })).resolves.toMatchObject({ previous });
    }
    const past = new Date(Date.now() - 1_000).toISOString();
    await switchTo('undo-1', { ...lease, expires_at: past }).expect(400);
    await switchTo('undo-1', { is_independent: false, source: 'own' }).expect(400);
  });

  it('of an organization keeps its reason and end, and those of orchestrators that it does not switch', async () => {
    await controller.orchestrator('undo-2', { organization_id: 'org-undo' });
    await controller.orchestrator('undo-3', { organization_id: 'org-undo' });
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    await switchTo('undo-2', { is_independent: true, reason: 'its own' }).expect(200);
    const put = (body: SetOrganizationIndependenceRequest) =>
      controller.api.switchOrganizationIndependence('org-undo', body);
    await put({ is_independent: true, reason: 'a fair', expires_at });
    await put({ is_independent: true, apply_to_existing: true });
    await put({ is_independent: true, apply_to_existing: true });
    await expect(view('undo-2')).resolves.toMatchObject({
      independence_source: 'own',
      independence_reason: 'its own',
      independence_expires_at: null,
    });
    await expect(view('undo-3')).resolves.toMatchObject({
      independence_source: 'organization',
      independence_reason: 'a fair',
      independence_expires_at: expires_at,
    });
    expect(await history('undo-3')).toHaveLength(1);
    const rows = await controller.database.query<{ count: number }>(
      `SELECT count(*)::int FROM (
         SELECT action, target_type, target_id FROM audit_pending
         UNION ALL SELECT action, target_type, target_id FROM audit_entries
       ) AS entries
       WHERE action = 'independence.changed' AND target_type = 'organization' AND target_id = 'org-undo'`,
    );
    expect(rows).toEqual([{ count: 2 }]);
  });

  it('has no history for an unknown orchestrator', async () => {
    await controller.api.listIndependenceHistory('nobody').expect(404);
  });
});
