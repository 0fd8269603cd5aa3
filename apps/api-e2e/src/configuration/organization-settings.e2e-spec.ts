import { wrong } from '@moolai/testing';
import { receivedConfigs } from '../support/received-configs.js';
import { useController } from '../support/use-controller.js';

const ADMIN = 'dev-token@controller';

describe("an organization's settings", () => {
  const controller = useController();
  const { api } = controller;

  it('are pushed to all its connected orchestrators and no others, and the answer counts them', async () => {
    const a = await controller.orchestrator('set-1a', { organization_id: 'org-set-1' });
    const b = await controller.orchestrator('set-1b', { organization_id: 'org-set-1' });
    await (await controller.orchestrator('set-1c', { organization_id: 'org-set-1' })).close();
    const other = await controller.orchestrator('set-1d', { organization_id: 'org-set-1-other' });
    const answer = await api
      .changeOrganizationSettings('org-set-1', {
        settings: { session_config: { max_tokens: 7 } },
      })
      .answer();
    expect(answer).toMatchObject({
      status: 200,
      etag: '"1"',
      data: { organization_id: 'org-set-1', pushed: 2, total: 3 },
    });
    for (const orchestrator of [a, b]) {
      await expect(orchestrator.next('config_update')).resolves.toMatchObject({
        config_version: 2,
        config: { session_config: { max_tokens: 7 } },
      });
    }
    await expect(receivedConfigs(other, 'set-1d')).resolves.toEqual([]);
    const late = await controller.connect();
    await late.register('set-1c');
    await expect(late.next('provisioning')).resolves.toMatchObject({
      config_version: 2,
      config: { session_config: { max_tokens: 7 } },
    });
  });

  it('are pushed only to orchestrators whose effective configuration changes', async () => {
    const inherits = await controller.orchestrator('set-2a', { organization_id: 'org-set-2' });
    const says = await controller.orchestrator('set-2b', { organization_id: 'org-set-2' });
    await api.changeOrchestratorConfig('set-2b', { privacy_mode: true });
    await says.next('config_update');
    await expect(
      api.changeOrganizationSettings('org-set-2', { settings: { privacy_mode: true } }),
    ).resolves.toEqual({
      organization_id: 'org-set-2',
      pushed: 1,
      total: 2,
    });
    await expect(inherits.next('config_update')).resolves.toMatchObject({ config: { privacy_mode: true } });
    await expect(receivedConfigs(says, 'set-2b')).resolves.toEqual([]);
    await expect(api.getOrchestratorConfig('set-2b')).resolves.toMatchObject({
      config_version: 2,
    });
  });

  it('create no revision and no push for equal content', async () => {
    const orchestrator = await controller.orchestrator('set-3', { organization_id: 'org-set-3' });
    await api.changeOrganizationSettings('org-set-3', { settings: { features: { a: 1, b: 2 } } });
    await orchestrator.next('config_update');
    await expect(
      api.changeOrganizationSettings('org-set-3', { settings: { features: { b: 2, a: 1 } } }),
    ).resolves.toMatchObject({
      pushed: 0,
      total: 1,
    });
    await expect(receivedConfigs(orchestrator, 'set-3')).resolves.toEqual([]);
    await expect(api.listOrganizationSettingsRevisions('org-set-3')).resolves.toMatchObject({
      total: 1,
    });
  });

  it('can be read with their revision, which is their ETag', async () => {
    await controller.orchestrator('set-4', { organization_id: 'org-set-4' });
    await expect(api.getOrganizationSettings('org-set-4').answer()).resolves.toMatchObject({
      status: 200,
      etag: '"0"',
      data: { organization_id: 'org-set-4', settings: {}, revision: 0 },
    });
    await api.changeOrganizationSettings('org-set-4', { settings: { x: 1 } });
    await expect(api.getOrganizationSettings('org-set-4').answer()).resolves.toMatchObject({
      etag: '"1"',
      data: { settings: { x: 1 }, revision: 1 },
    });
  });

  it('have revisions with content before and after, actor, time and reason, and can be rolled back', async () => {
    const orchestrator = await controller.orchestrator('set-5', { organization_id: 'org-set-5' });
    await api.changeOrganizationSettings('org-set-5', {
      settings: { features: { a: 1 } },
      comment: 'first',
    });
    await api.changeOrganizationSettings('org-set-5', { settings: { features: { a: 2 } } });
    const revisions = () => api.listOrganizationSettingsRevisions('org-set-5');
    await expect(revisions()).resolves.toEqual({
      items: [
        {
          revision: 2,
          before: { features: { a: 1 } },
          after: { features: { a: 2 } },
          changed_by: ADMIN,
          changed_at: expect.stringMatching(/Z$/) as string,
          comment: null,
        },
        {
          revision: 1,
          before: {},
          after: { features: { a: 1 } },
          changed_by: ADMIN,
          changed_at: expect.stringMatching(/Z$/) as string,
          comment: 'first',
        },
      ],
      total: 2,
      page: 1,
      page_size: 50,
    });
    await expect(
      api.rollBackOrganizationSettings('org-set-5', { revision: 1 }).answer(),
    ).resolves.toMatchObject({
      status: 200,
      etag: '"3"',
      data: { organization_id: 'org-set-5', pushed: 1, total: 1 },
    });
    expect((await receivedConfigs(orchestrator, 'set-5')).at(-1)).toMatchObject({
      config: { features: { a: 1 } },
    });
    const [newest] = (await revisions()).items;
    expect(newest).toMatchObject({
      revision: 3,
      before: { features: { a: 2 } },
      after: { features: { a: 1 } },
      comment: 'Back to revision 1',
    });
    const page = await api.listOrganizationSettingsRevisions('org-set-5', {
      page_size: 1,
      page: 2,
    });
    expect(page).toMatchObject({ total: 3, items: [{ revision: 2, before: { features: { a: 1 } } }] });
    await api.rollBackOrganizationSettings('org-set-5', { revision: 9 }).expect(404);
  });

  it('reach independent orchestrators as well', async () => {
    const orchestrator = await controller.orchestrator('set-6', { organization_id: 'org-set-6' });
    await controller.switchIndependence('set-6', true);
    await expect(api.changeOrganizationSettings('org-set-6', { settings: { x: 1 } })).resolves.toMatchObject({
      pushed: 1,
      total: 1,
    });
    await expect(orchestrator.next('config_update')).resolves.toMatchObject({ config: { x: 1 } });
  });

  it('answer 404 for an unknown organization, and 400 for invalid ones', async () => {
    const put = (id: string, body: object) => api.changeOrganizationSettings(id, wrong(body)).answer();
    await expect(put('org-nobody', { settings: {} })).resolves.toMatchObject({ status: 404 });
    await api.getOrganizationSettings('org-nobody').expect(404);
    await api.listOrganizationSettingsRevisions('org-nobody').expect(404);
    await api.rollBackOrganizationSettings('org-nobody', { revision: 1 }).expect(404);
    await controller.orchestrator('set-7', { organization_id: 'org-set-7' });
    for (const body of [{}, { settings: [] }, { settings: null }, { settings: {}, more: 1 }]) {
      const { status, error } = await put('org-set-7', body);
      expect([status, error.error]).toEqual([400, 'validation_error']);
    }
    await expect(api.getOrganizationSettings('org-set-7')).resolves.toMatchObject({ revision: 0 });
  });
});
