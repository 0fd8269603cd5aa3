import type { Message, Orchestrator, OrchestratorDetail, Page } from '@moolai/contracts';
import { waitUntil } from '@moolai/testing';
import { useController } from '../support/use-controller.js';

describe('an orchestrator', () => {
  const controller = useController();

  beforeAll(async () => {
    await controller.database.query(
      `INSERT INTO organizations (organization_id, name) VALUES ('org-001', 'One')`,
    );
  });

  async function create(id: string, more: object = {}): Promise<OrchestratorDetail> {
    const response = await controller
      .request('post', '/internal/orchestrators')
      .send({ orchestrator_id: id, ...more })
      .expect(201);
    return (response.body as { data: OrchestratorDetail }).data;
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
    await controller
      .request('post', '/internal/orchestrators')
      .send({ orchestrator_id: 'adm-2' })
      .expect(409);
    await controller
      .request('post', '/internal/orchestrators')
      .send({ orchestrator_id: 'adm-3', organization_id: 'nobody' })
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
    await controller.request('post', '/internal/orchestrators').send(body).expect(400);
  });

  it('can be changed field by field, except status and configuration', async () => {
    await create('adm-4', { website: 'https://example.com', redis_url: 'redis://x' });
    const response = await controller
      .request('patch', '/internal/orchestrators/adm-4')
      .send({ name: 'Renamed', website: null, redis_url: null, labels: { gpu: 'h100' } })
      .expect(200);
    expect((response.body as { data: OrchestratorDetail }).data).toMatchObject({
      name: 'Renamed',
      website: null,
      redis_url: null,
      labels: { gpu: 'h100' },
    });
    await controller.request('patch', '/internal/orchestrators/adm-4').send({ status: 'active' }).expect(400);
    await controller.request('patch', '/internal/orchestrators/adm-4').send({ features: {} }).expect(400);
    await controller.request('patch', '/internal/orchestrators/nobody').send({ name: 'x' }).expect(404);
  });

  it('is decommissioned: the connection closes, open messages are cancelled, and a returning one is new', async () => {
    const orchestrator = await controller.orchestrator('adm-5', { name: 'Old' });
    await controller.switchIndependence('adm-5', true);
    await orchestrator.close();
    const posted = await controller
      .request('post', '/internal/orchestrators/adm-5/messages')
      .send({ message_type: 'a', message_content: {} })
      .expect(201);
    const again = await controller.orchestrator('adm-6');
    const { id } = (posted.body as { data: Message }).data;
    const removed = await controller.request('delete', '/internal/orchestrators/adm-5').expect(200);
    expect((removed.body as { data: OrchestratorDetail }).data).toMatchObject({
      orchestrator_id: 'adm-5',
      name: 'Old',
    });
    await controller.request('get', '/controller/orchestrators/adm-5').expect(404);
    await expect(controller.get(`/internal/messages/${id}`)).resolves.toMatchObject({ status: 'cancelled' });
    await controller.request('delete', '/internal/orchestrators/adm-6').expect(200);
    await expect(again.untilClosed()).resolves.toMatchObject({ code: 4400 });
    await controller.request('delete', '/internal/orchestrators/adm-6').expect(404);
    const reborn = await controller.connect();
    await reborn.register('adm-6');
    await expect(reborn.next('provisioning')).resolves.toMatchObject({ config_version: 2 });
  });

  it('leaves no lost connection to the next one with its id', async () => {
    const orchestrator = await controller.orchestrator('adm-7');
    orchestrator.crash();
    const inError = (): Promise<Page<Orchestrator>> =>
      controller.get<Page<Orchestrator>>('/controller/orchestrators?status=error');
    await waitUntil('it is in error', async () => (await inError()).total === 1);
    await controller.request('delete', '/internal/orchestrators/adm-7').expect(200);
    await create('adm-7');
    await waitUntil('no orchestrator is in error', async () => (await inError()).total === 0);
    await expect(controller.get('/controller/orchestrators/adm-7')).resolves.toMatchObject({
      status: 'inactive',
    });
  });
});
