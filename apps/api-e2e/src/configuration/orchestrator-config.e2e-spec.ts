import type { OrchestratorConfig } from '@moolai/contracts';
import pg from 'pg';
import { receivedConfigs } from '../support/received-configs.js';
import { untilBlocked } from '../support/row-lock.js';
import { TOKEN } from '../support/test-controller.js';
import { useController } from '../support/use-controller.js';

describe("an orchestrator's own configuration", () => {
  const controller = useController();
  const { api } = controller;

  it('is pushed to a connected orchestrator immediately, and answered as in the contract', async () => {
    const orchestrator = await controller.orchestrator('own-1', { features: { streaming: true } });
    const answer = await api
      .changeOrchestratorConfig('own-1', {
        session_config: { max_tokens: 5 },
        privacy_mode: true,
      })
      .answer();
    const config = {
      features: { streaming: true },
      session_config: { max_tokens: 5 },
      privacy_mode: true,
      monitoring_enabled: false,
    };
    expect(answer).toMatchObject({
      status: 200,
      etag: '"2"',
      data: { orchestrator_id: 'own-1', config_version: 2, pushed: true, config },
    });
    const update = await orchestrator.next('config_update');
    const present = await api.getOrchestratorConfig('own-1');
    expect(update).toEqual({
      type: 'config_update',
      orchestrator_id: 'own-1',
      config_version: 2,
      config_hash: present.config_hash,
      config,
    });
    expect(present).toMatchObject({ config, own: { privacy_mode: true, monitoring_enabled: null } });
  });

  it('is computed from the upper levels as they are when its turn comes', async () => {
    await (await controller.orchestrator('own-turn', { organization_id: 'org-turn' })).close();
    const other = new pg.Client(controller.database.connection);
    await other.connect();
    await other.query('BEGIN');
    await other.query(`UPDATE fleet_configuration SET defaults = '{"features":{"fleet":true}}'`);
    await other.query(
      `UPDATE organizations SET settings = '{"features":{"organization":true}}' WHERE organization_id = 'org-turn'`,
    );
    const change = api.changeOrchestratorConfig('own-turn', { features: { own: true } });
    await untilBlocked(controller.database);
    await other.query('COMMIT');
    await other.end();
    await expect(change).resolves.toMatchObject({
      config: { features: { fleet: true, organization: true, own: true } },
    });
    await api.changeFleetConfiguration({ defaults: {} });
  });

  it('waits for a disconnected orchestrator, which receives it with the next provisioning', async () => {
    const orchestrator = await controller.orchestrator('own-2');
    await orchestrator.close();
    await expect(api.changeOrchestratorConfig('own-2', { features: { a: 1 } })).resolves.toMatchObject({
      config_version: 2,
      pushed: false,
    });
    const again = await controller.connect();
    await again.register('own-2', { config_version: 1 });
    const provisioning = await again.next('provisioning');
    expect(provisioning).toMatchObject({ config_version: 2, config: { features: { a: 1 } } });
    expect(provisioning).not.toHaveProperty('unchanged');
    await expect(receivedConfigs(again, 'own-2')).resolves.toEqual([]);
  });

  it('creates no version and no push for equal content, in any order of keys', async () => {
    const orchestrator = await controller.orchestrator('own-3');
    await api.changeOrchestratorConfig('own-3', { session_config: { a: 1, b: { c: 1, d: 2 } } });
    await orchestrator.next('config_update');
    for (const body of [{ session_config: { b: { d: 2, c: 1 }, a: 1 } }, {}, { comment: 'nothing new' }]) {
      await expect(api.changeOrchestratorConfig('own-3', body)).resolves.toMatchObject({
        config_version: 2,
        pushed: false,
      });
    }
    await expect(receivedConfigs(orchestrator, 'own-3')).resolves.toEqual([]);
    await expect(api.listOrchestratorConfigVersions('own-3')).resolves.toMatchObject({ total: 2 });
    await expect(
      controller.database.query(`SELECT 1 FROM configuration_revisions WHERE level_id = 'own-3'`),
    ).resolves.toHaveLength(2);
  });

  it("inherits the organization's value again for null", async () => {
    const orchestrator = await controller.orchestrator('own-4', { organization_id: 'org-own-4' });
    await api.changeOrganizationSettings('org-own-4', {
      settings: {
        features: { inherited: true },
        session_config: { max_tokens: 1 },
        privacy_mode: true,
        monitoring_enabled: true,
        phoenix_endpoint: 'http://above',
      },
    });
    const own = {
      features: { inherited: false },
      session_config: { max_tokens: 2 },
      privacy_mode: false,
      monitoring_enabled: false,
      phoenix_endpoint: 'http://own',
    };
    await expect(api.changeOrchestratorConfig('own-4', own)).resolves.toMatchObject({ config: own });
    const inherited = {
      features: { inherited: true },
      session_config: { max_tokens: 1 },
      privacy_mode: true,
      monitoring_enabled: true,
      phoenix_endpoint: 'http://above',
    };
    for (const field of Object.keys(own) as (keyof typeof own)[]) {
      const { config } = await api.changeOrchestratorConfig('own-4', { [field]: null });
      expect(config[field]).toEqual(inherited[field]);
    }
    const pushed = await receivedConfigs(orchestrator, 'own-4');
    expect(pushed.at(-1)?.config).toEqual(inherited);
  });

  it('keeps unnamed fields', async () => {
    await controller.orchestrator('own-5');
    await api.changeOrchestratorConfig('own-5', { features: { a: 1 }, privacy_mode: true });
    await expect(api.changeOrchestratorConfig('own-5', { session_config: { b: 1 } })).resolves.toMatchObject({
      config: { features: { a: 1 }, session_config: { b: 1 }, privacy_mode: true },
    });
  });

  it('creates a version for a newly set value, even if the upper levels have the same', async () => {
    await controller.orchestrator('own-6');
    const answer = await api.changeOrchestratorConfig('own-6', { privacy_mode: false });
    expect(answer).toMatchObject({ config_version: 2, pushed: true });
    await api.changeOrganizationSettings('org-001', { settings: { privacy_mode: true } });
    await expect(api.getOrchestratorConfig('own-6')).resolves.toMatchObject({
      config: { privacy_mode: false },
    });
    await api.changeOrganizationSettings('org-001', { settings: {} });
  });

  it('reaches independent orchestrators as well', async () => {
    const orchestrator = await controller.orchestrator('own-7');
    await controller.switchIndependence('own-7', true);
    await expect(api.changeOrchestratorConfig('own-7', { features: { a: 1 } })).resolves.toMatchObject({
      pushed: true,
    });
    await expect(orchestrator.next('config_update')).resolves.toMatchObject({
      config: { features: { a: 1 } },
    });
    await expect(
      api.changeOrganizationSettings('org-001', { settings: { session_config: { b: 1 } } }),
    ).resolves.toMatchObject({
      pushed: expect.any(Number) as number,
    });
    await expect(orchestrator.next('config_update')).resolves.toMatchObject({
      config: { session_config: { b: 1 } },
    });
    await api.changeOrganizationSettings('org-001', { settings: {} });
  });

  it('publishes an event with the change, the push and the actor', async () => {
    await controller.orchestrator('own-8');
    await api.changeOrchestratorConfig('own-8', { features: { a: 1 }, comment: 'for the pilot' });
    const { items } = await api.listActivity({ orchestrator_id: 'own-8' });
    expect(items.slice(0, 2)).toMatchObject([
      { type: 'config.pushed', actor: 'dev-token@controller', data: { config_version: 2 } },
      { type: 'config.changed', summary: 'The configuration of own-8 was changed (for the pilot).' },
    ]);
  });

  it('serializes concurrent changes, and loses none', async () => {
    const orchestrator = await controller.orchestrator('own-9');
    const fields = [
      { features: { a: 1 } },
      { session_config: { b: 1 } },
      { privacy_mode: true },
      { monitoring_enabled: true },
      { phoenix_endpoint: 'http://phoenix' },
    ];
    const answers = await Promise.all(fields.map((body) => api.changeOrchestratorConfig('own-9', body)));
    expect(answers.map((answer) => answer.config_version).sort()).toEqual([2, 3, 4, 5, 6]);
    const { own, config_version } = await api.getOrchestratorConfig('own-9');
    expect(own).toEqual(Object.assign({}, ...fields));
    const pushed = (await receivedConfigs(orchestrator, 'own-9')).map((update) => update.config_version);
    expect(pushed).toEqual([...pushed].sort());
    expect(pushed.at(-1)).toBe(config_version);
  });

  it('answers 404 for an unknown orchestrator, 400 for unknown or invalid fields, and requires credentials', async () => {
    await controller.orchestrator('own-10');
    const put = (id: string, body: object) => api.changeOrchestratorConfig(id, body).answer();
    await expect(put('nobody', { features: {} })).resolves.toMatchObject({ status: 404 });
    await expect(put('not%20an%20id', { features: {} })).resolves.toMatchObject({ status: 400 });
    for (const body of [
      { feature: {} },
      { features: [] },
      { features: 'all' },
      { session_config: 5 },
      { privacy_mode: 'yes' },
      { phoenix_endpoint: 5 },
      { phoenix_endpoint: 'x'.repeat(256) },
      { config_version: 7 },
      { comment: 'x'.repeat(501), privacy_mode: true },
    ]) {
      const { status, error } = await put('own-10', body);
      expect([status, error.error, error.errors?.[0]?.field]).toEqual([
        400,
        'validation_error',
        Object.keys(body)[0],
      ]);
    }
    await expect(api.getOrchestratorConfig('own-10')).resolves.toMatchObject({ config_version: 1 });
    const path = '/api/v1/internal/orchestrators/own-10/config';
    await controller.anonymous.put(path).send({}).expect(401);
    await controller.anonymous.get(path).auth(`${TOKEN}x`, { type: 'bearer' }).expect(403);
  });

  it('keeps keys with a special meaning in JavaScript', async () => {
    await controller.orchestrator('own-11');
    const features = { toString: 1, length: 0, hasOwnProperty: { valueOf: false } };
    const { config } = await api.changeOrchestratorConfig('own-11', { features });
    expect(config['features']).toEqual(features);
    const again: OrchestratorConfig = await api.getOrchestratorConfig('own-11');
    expect(again.own.features).toEqual(features);
  });
});
