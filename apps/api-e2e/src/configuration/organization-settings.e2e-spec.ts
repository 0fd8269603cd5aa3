import type { ConfigRevision, Page } from '@moolai/contracts';
import { ConfigClient, receivedConfigs } from '../support/config-client.js';
import { useController } from '../support/use-controller.js';

const ADMIN = 'dev-token@controller';

describe("an organization's settings", () => {
  const controller = useController();
  const client = new ConfigClient(controller);

  it('are pushed to all its connected orchestrators and no others, and the answer counts them', async () => {
    const a = await controller.orchestrator('set-1a', { organization_id: 'org-set-1' });
    const b = await controller.orchestrator('set-1b', { organization_id: 'org-set-1' });
    await (await controller.orchestrator('set-1c', { organization_id: 'org-set-1' })).close();
    const other = await controller.orchestrator('set-1d', { organization_id: 'org-set-1-other' });
    const answer = await client.send('put', 'organizations/org-set-1/settings', {
      settings: { session_config: { max_tokens: 7 } },
    });
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
    await client.setOwn('set-2b', { privacy_mode: true });
    await says.next('config_update');
    await expect(client.setSettings('org-set-2', { privacy_mode: true })).resolves.toEqual({
      organization_id: 'org-set-2',
      pushed: 1,
      total: 2,
    });
    await expect(inherits.next('config_update')).resolves.toMatchObject({ config: { privacy_mode: true } });
    await expect(receivedConfigs(says, 'set-2b')).resolves.toEqual([]);
    await expect(client.of('set-2b')).resolves.toMatchObject({ config_version: 2 });
  });

  it('create no revision and no push for equal content', async () => {
    const orchestrator = await controller.orchestrator('set-3', { organization_id: 'org-set-3' });
    await client.setSettings('org-set-3', { features: { a: 1, b: 2 } });
    await orchestrator.next('config_update');
    await expect(client.setSettings('org-set-3', { features: { b: 2, a: 1 } })).resolves.toMatchObject({
      pushed: 0,
      total: 1,
    });
    await expect(receivedConfigs(orchestrator, 'set-3')).resolves.toEqual([]);
    await expect(client.get('organizations/org-set-3/settings/revisions')).resolves.toMatchObject({
      total: 1,
    });
  });

  it('can be read with their revision, which is their ETag', async () => {
    await controller.orchestrator('set-4', { organization_id: 'org-set-4' });
    await expect(client.send('get', 'organizations/org-set-4/settings')).resolves.toMatchObject({
      status: 200,
      etag: '"0"',
      data: { organization_id: 'org-set-4', settings: {}, revision: 0 },
    });
    await client.setSettings('org-set-4', { x: 1 });
    await expect(client.send('get', 'organizations/org-set-4/settings')).resolves.toMatchObject({
      etag: '"1"',
      data: { settings: { x: 1 }, revision: 1 },
    });
  });

  it('have revisions with content before and after, actor, time and reason, and can be rolled back', async () => {
    const orchestrator = await controller.orchestrator('set-5', { organization_id: 'org-set-5' });
    await client.setSettings('org-set-5', { features: { a: 1 } }, { comment: 'first' });
    await client.setSettings('org-set-5', { features: { a: 2 } });
    const revisions = () => client.get<Page<ConfigRevision>>('organizations/org-set-5/settings/revisions');
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
      client.send('post', 'organizations/org-set-5/settings/rollback', { revision: 1 }),
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
    const page = await client.get<Page<ConfigRevision>>(
      'organizations/org-set-5/settings/revisions?page_size=1&page=2',
    );
    expect(page).toMatchObject({ total: 3, items: [{ revision: 2, before: { features: { a: 1 } } }] });
    await expect(
      client.send('post', 'organizations/org-set-5/settings/rollback', { revision: 9 }),
    ).resolves.toMatchObject({ status: 404 });
  });

  it('reach independent orchestrators as well', async () => {
    const orchestrator = await controller.orchestrator('set-6', { organization_id: 'org-set-6' });
    await controller.switchIndependence('set-6', true);
    await expect(client.setSettings('org-set-6', { x: 1 })).resolves.toMatchObject({ pushed: 1, total: 1 });
    await expect(orchestrator.next('config_update')).resolves.toMatchObject({ config: { x: 1 } });
  });

  it('answer 404 for an unknown organization, and 400 for invalid ones', async () => {
    const put = (id: string, body: object) => client.send('put', `organizations/${id}/settings`, body);
    await expect(put('org-nobody', { settings: {} })).resolves.toMatchObject({ status: 404 });
    for (const path of ['settings', 'settings/revisions']) {
      await expect(client.send('get', `organizations/org-nobody/${path}`)).resolves.toMatchObject({
        status: 404,
      });
    }
    await expect(
      client.send('post', 'organizations/org-nobody/settings/rollback', { revision: 1 }),
    ).resolves.toMatchObject({ status: 404 });
    await controller.orchestrator('set-7', { organization_id: 'org-set-7' });
    for (const body of [{}, { settings: [] }, { settings: null }, { settings: {}, more: 1 }]) {
      const { status, error } = await put('org-set-7', body);
      expect([status, error.error]).toEqual([400, 'validation_error']);
    }
    await expect(client.get('organizations/org-set-7/settings')).resolves.toMatchObject({ revision: 0 });
  });
});
