import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  Orchestrator,
  Organization,
  OrganizationIndependenceResult,
  SetOrganizationIndependenceRequest,
} from '@moolai/contracts';
import { waitUntil, wrong } from '@moolai/testing';
import { useController } from '../support/use-controller.js';

describe('an organization', () => {
  const controller = useController();

  async function create(id: string, more: object = {}): Promise<Organization> {
    return controller.api.createOrganization({ organization_id: id, name: `The ${id}`, ...more });
  }

  async function switchOrganization(
    id: string,
    body: SetOrganizationIndependenceRequest,
  ): Promise<OrganizationIndependenceResult> {
    return controller.api.switchOrganizationIndependence(id, body);
  }

  function orchestrator(id: string): Promise<Orchestrator> {
    return controller.api.getOrchestrator(id);
  }

  it('is created, with its first settings', async () => {
    await expect(
      create('org-new', { admin_email: 'a@example.com', settings: { privacy_mode: true } }),
    ).resolves.toMatchObject({
      organization_id: 'org-new',
      name: 'The org-new',
      status: 'active',
      is_active: true,
      is_independent: false,
      settings: { privacy_mode: true },
      settings_revision: 1,
      admin_email: 'a@example.com',
      website: null,
      orchestrator_count: 0,
    });
    const { error } = await controller.api
      .createOrganization({ organization_id: 'org-new', name: 'x' })
      .expect(409);
    expect(error).toMatchObject({ error: 'conflict' });
    const one = await controller.connect();
    await one.register('org-new-1', { organization_id: 'org-new' });
    await expect(one.next('provisioning')).resolves.toMatchObject({ config: { privacy_mode: true } });
  });

  it('can be changed field by field', async () => {
    await create('org-change', { website: 'https://example.com' });
    await controller.orchestrator('org-change-1', { organization_id: 'org-change' });
    await expect(
      controller.api.changeOrganization('org-change', { name: 'Renamed', website: null }),
    ).resolves.toMatchObject({ name: 'Renamed', website: null });
    expect((await orchestrator('org-change-1')).organization_name).toBe('Renamed');
    await controller.api.changeOrganization('nobody', { name: 'x' }).expect(404);
  });

  it.each([
    [{ organization_id: 'a b', name: 'x' }],
    [{ organization_id: 'org-x' }],
    [{ organization_id: 'org-x', name: '' }],
    [{ organization_id: 'org-x', name: 'a\u0000' }],
    [{ organization_id: 'org-x', name: 'x'.repeat(256) }],
    [{ organization_id: 'org-x', name: 'x', settings: [] }],
    [{ organization_id: 'org-x', name: 'x', owner: 'me' }],
  ])('is refused with %j', async (body) => {
    await controller.api.createOrganization(wrong(body)).expect(400);
  });

  it('closes its connections and refuses registrations while deactivated', async () => {
    await create('org-off');
    const inside = await controller.orchestrator('off-1', { organization_id: 'org-off' });
    const outside = await controller.orchestrator('off-outside');
    await expect(controller.api.deactivateOrganization('org-off')).resolves.toMatchObject({
      organization_id: 'org-off',
      is_active: false,
      status: 'inactive',
    });
    await expect(inside.untilClosed()).resolves.toMatchObject({ code: 4400 });
    const refused = await controller.connect();
    refused.send({ type: 'register', orchestrator_id: 'off-1' });
    await expect(refused.next('handshake_ack')).resolves.toMatchObject({ error: 'organization_inactive' });
    expect(outside.isOpen).toBe(true);
    await controller.api.changeOrganization('org-off', { is_active: true });
    await controller.orchestrator('off-1');
    await controller.api.deactivateOrganization('nobody').expect(404);
  });

  it('passes its independence to orchestrators that register later', async () => {
    await create('org-later');
    await controller.orchestrator('later-1', { organization_id: 'org-later' });
    await expect(
      switchOrganization('org-later', { is_independent: true, reason: 'at sea' }),
    ).resolves.toEqual({
      organization_id: 'org-later',
      is_independent: true,
      orchestrators_changed: 0,
      previous: { is_independent: false, reason: null, expires_at: null },
      switched: [],
      persisted: { database: true, env_file: true, json_file: true },
    });
    expect((await orchestrator('later-1')).is_independent).toBe(false);
    const later = await controller.connect();
    await expect(later.register('later-2', { organization_id: 'org-later' })).resolves.toMatchObject({
      is_independent: true,
    });
    await expect(orchestrator('later-2')).resolves.toMatchObject({
      status: 'independent',
      independence_source: 'organization',
      independence_reason: 'at sea',
      last_seen: null,
    });
  });

  it('switches existing orchestrators if requested, except those with their own independence', async () => {
    await create('org-all');
    const fleet = [];
    for (const n of [1, 2, 3])
      fleet.push(await controller.orchestrator(`all-${n}`, { organization_id: 'org-all' }));
    await controller.switchIndependence('all-1', true);
    fleet[1]?.beat('all-2');
    await waitUntil('it is seen', async () => {
      const { items } = await controller.api.listConnectedOrchestrators();
      const one = items.find((item) => item.orchestrator_id === 'all-2');
      return one?.last_seen && one.last_seen > (await orchestrator('all-3')).created_at;
    });
    const seen = (await orchestrator('all-2')).last_seen;
    await expect(
      switchOrganization('org-all', { is_independent: true, apply_to_existing: true }),
    ).resolves.toMatchObject({ orchestrators_changed: 2 });
    await expect(orchestrator('all-2')).resolves.toMatchObject({
      status: 'independent',
      independence_source: 'organization',
      last_seen: seen,
    });
    expect((await orchestrator('all-1')).independence_source).toBe('own');
    fleet[1]?.beat('all-2');
    await waitUntil('it is ignored', () =>
      controller.log.text().includes('Ignoring heartbeat from independent orchestrator all-2'),
    );
    expect((await orchestrator('all-2')).last_seen).toBe(seen);
    const env = readFileSync(join(controller.settings.configDir, '.env'), 'utf8');
    expect(env).toContain('ORCHESTRATOR_ALL_2_INDEPENDENT=true');

    await expect(
      switchOrganization('org-all', { is_independent: false, apply_to_existing: true }),
    ).resolves.toMatchObject({ orchestrators_changed: 2 });
    const { items } = await controller.api.listOrchestrators({ organization_id: 'org-all' });
    expect(items.map((item) => item.is_independent)).toEqual([true, false, false]);
    await controller.api.switchOrganizationIndependence('nobody', { is_independent: true }).expect(404);
  });

  it("returns its and its orchestrators' previous state, which undoes a switch exactly", async () => {
    await create('org-undo');
    const fleet = ['undo-1', 'undo-2', 'undo-3'];
    for (const id of fleet) await controller.orchestrator(id, { organization_id: 'org-undo' });
    const own = { is_independent: true, reason: 'its own', expires_at: null };
    await controller.api.switchIndependence('undo-1', own);
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    const lease = { reason: 'at sea', expires_at };
    const states = async (): Promise<unknown[]> => {
      const { items } = await controller.api.listOrchestrators({
        organization_id: 'org-undo',
        sort: 'orchestrator_id',
      });
      return items.map((one) => [
        one.is_independent,
        one.independence_source,
        one.independence_reason,
        one.independence_expires_at,
      ]);
    };
    const organization = async (): Promise<unknown> => {
      const one = await controller.api.getOrganization('org-undo');
      return [one.is_independent, one.independence_reason, one.independence_expires_at];
    };
    const undo = async ({ previous, switched }: OrganizationIndependenceResult): Promise<void> => {
      await controller.api.switchOrganizationIndependence('org-undo', previous);
      for (const one of switched) {
        await controller.api.switchIndependence(one.orchestrator_id, one.previous);
      }
    };
    const before = [await organization(), await states()];
    const on = await switchOrganization('org-undo', {
      is_independent: true,
      apply_to_existing: true,
      ...lease,
    });
    const sailing = [await organization(), await states()];
    const off = await switchOrganization('org-undo', { is_independent: false, apply_to_existing: true });
    expect(off.switched.map(({ orchestrator_id }) => orchestrator_id)).toEqual(['undo-2', 'undo-3']);
    expect(off.switched[0]?.previous).toEqual({ is_independent: true, source: 'organization', ...lease });
    await undo(off);
    expect([await organization(), await states()]).toEqual(sailing);
    await undo(on);
    expect([await organization(), await states()]).toEqual(before);
  });
});
