import type { Orchestrator, OrchestratorDetail, Page } from '@moolai/contracts';
import { waitUntil, wrong } from '@moolai/testing';
import { useController } from '../support/use-controller.js';

describe('an orchestrator', () => {
  const controller = useController();

  beforeAll(async () => {
    await controller.database.query(
      `INSERT INTO organizations (organization_id, name) VALUES ('org-001', 'One')`,
    );
  });

  async function create(id: string, more: object = {}): Promise<OrchestratorDetail> {
    return controller.api.createOrchestrator({ orchestrator_id: id, ...more });
  }

  it('can be created before it registers, with its configuration and masked secrets', async () => {
    const created = await create('adm-1', {
      name: 'First',
      labels: { region: 'eu' },
      session_config: { max_tokens: 7 },
      database_url: 'postgres://u:hunter2@h/d',
      environment_variables: { API_KEY: 'hunter2' },
    });
    expect(created).toMatchObject({
      orchestrator_id: 'adm-1',
      organization_id: 'org-001',
      organization_name: 'One',
      name: 'First',
      status: 'inactive',
      connected: false,
      last_seen: null,
      labels: { region: 'eu' },
      session_config: { max_tokens: 7 },
      config_version: 1,
      config_status: 'pending',
      database_url: '********',
      redis_url: null,
      environment_variables: { API_KEY: '********' },
    });
    const orchestrator = await controller.connect();
    await orchestrator.register('adm-1');
    await expect(orchestrator.next('provisioning')).resolves.toMatchObject({
      config_version: 1,
      config: { session_config: { max_tokens: 7 } },
    });
    expect(controller.log.text()).not.toContain('hunter2');
  });

  it('is refused if it exists, or if its organization does not', async () => {
    await create('adm-2');
    await controller.api.createOrchestrator({ orchestrator_id: 'adm-2' }).expect(409);
    await controller.api
      .createOrchestrator({ orchestrator_id: 'adm-3', organization_id: 'nobody' })
      .expect(404);
  });

  it.each([
    [{}],
    [{ orchestrator_id: 'a b' }],
    [{ orchestrator_id: 'x', labels: { 'a b': 'c' } }],
    [{ orchestrator_id: 'x', labels: { a: 1 } }],
    [{ orchestrator_id: 'x', environment_variables: { 'not-a-name': 'x' } }],
    [{ orchestrator_id: 'x', name: null }],
    [{ orchestrator_id: 'x', session_config: null }],
    [{ orchestrator_id: 'x', status: 'active' }],
    [{ orchestrator_id: 'x', website: 'a\u0000' }],
  ])('is refused with %j', async (body) => {
    await controller.api.createOrchestrator(wrong(body)).expect(400);
  });

  it('can be changed field by field, except status and configuration', async () => {
    await create('adm-4', { website: 'https://example.com', redis_url: 'redis://x' });
    await expect(
      controller.api.changeOrchestrator('adm-4', {
        name: 'Renamed',
        website: null,
        redis_url: null,
        labels: { gpu: 'h100' },
      }),
    ).resolves.toMatchObject({
      name: 'Renamed',
      website: null,
      redis_url: null,
      labels: { gpu: 'h100' },
    });
    await controller.api.changeOrchestrator('adm-4', wrong({ status: 'active' })).expect(400);
    await controller.api.changeOrchestrator('adm-4', wrong({ features: {} })).expect(400);
    await controller.api.changeOrchestrator('nobody', { name: 'x' }).expect(404);
  });

  it('is decommissioned: the connection closes, open messages are cancelled, and a returning one is new', async () => {
    const orchestrator = await controller.orchestrator('adm-5', { name: 'Old' });
    await controller.switchIndependence('adm-5', true);
    await orchestrator.close();
    const posted = await controller.api.sendMessage('adm-5', { message_type: 'a', message_content: {} });
    const again = await controller.orchestrator('adm-6');
    const { id } = posted;
    await expect(controller.api.decommissionOrchestrator('adm-5')).resolves.toMatchObject({
      orchestrator_id: 'adm-5',
      name: 'Old',
    });
    await controller.api.getOrchestrator('adm-5').expect(404);
    await expect(controller.api.getMessage(id)).resolves.toMatchObject({ status: 'cancelled' });
    await controller.api.decommissionOrchestrator('adm-6');
    await expect(again.untilClosed()).resolves.toMatchObject({ code: 4400 });
    await controller.api.decommissionOrchestrator('adm-6').expect(404);
    const reborn = await controller.connect();
    await reborn.register('adm-6');
    await expect(reborn.next('provisioning')).resolves.toMatchObject({ config_version: 2 });
  });

  it('leaves no lost connection to the next one with its id', async () => {
    const orchestrator = await controller.orchestrator('adm-7');
    orchestrator.crash();
    const inError = (): Promise<Page<Orchestrator>> => controller.api.listOrchestrators({ status: 'error' });
    await waitUntil('it is in error', async () => (await inError()).total === 1);
    await controller.api.decommissionOrchestrator('adm-7');
    await create('adm-7');
    await waitUntil('no orchestrator is in error', async () => (await inError()).total === 0);
    await expect(controller.api.getOrchestrator('adm-7')).resolves.toMatchObject({
      status: 'inactive',
    });
  });
});
