import type { ConfigDiff, ConfigVersion, Page, PageQuery } from '@moolai/contracts';
import { waitUntil, wrong } from '@moolai/testing';
import { receivedConfigs } from '../support/received-configs.js';
import { useController } from '../support/use-controller.js';

const ADMIN = 'dev-token@controller';

describe('the history of a configuration', () => {
  const controller = useController();
  const { api } = controller;

  function versions(id: string, query: PageQuery = {}): Promise<Page<ConfigVersion>> {
    return api.listOrchestratorConfigVersions(id, query);
  }

  it('lists every version with actor, time, reason, level and changes', async () => {
    await controller.orchestrator('his-1', { organization_id: 'org-his-1', features: { a: 1 } });
    await api.changeOrchestratorConfig('his-1', {
      session_config: { max_tokens: 5 },
      comment: 'shorter',
    });
    await api.changeOrganizationSettings('org-his-1', {
      settings: { privacy_mode: true },
      comment: 'by law',
    });
    await api.changeFleetConfiguration({ defaults: { monitoring_enabled: true } });
    const { items, total } = await versions('his-1');
    expect(total).toBe(4);
    expect(items).toMatchObject([
      {
        config_version: 4,
        level: 'fleet',
        changed_by: ADMIN,
        comment: null,
        changes: [{ path: '/monitoring_enabled', op: 'replace', before: false, after: true }],
      },
      {
        config_version: 3,
        level: 'organization',
        comment: 'by law',
        changes: [{ path: '/privacy_mode', op: 'replace', before: false, after: true }],
      },
      {
        config_version: 2,
        level: 'orchestrator',
        comment: 'shorter',
        changes: [{ path: '/session_config/max_tokens', op: 'add', after: 5 }],
      },
      {
        config_version: 1,
        level: 'orchestrator',
        changed_by: 'orchestrator',
        changes: [{ path: '/features/a', op: 'add', after: 1 }],
      },
    ]);
    const times = items.map(({ changed_at }) => Date.parse(changed_at));
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(new Set(items.map(({ config_hash }) => config_hash)).size).toBe(4);
  });

  it('is paged without gaps or repetitions', async () => {
    await controller.orchestrator('his-2');
    for (let n = 1; n <= 4; n += 1) await api.changeOrchestratorConfig('his-2', { features: { n } });
    const whole = (await versions('his-2')).items;
    const pages = await Promise.all([1, 2, 3].map((page) => versions('his-2', { page_size: 2, page })));
    expect(pages.flatMap(({ items }) => items)).toEqual(whole);
    expect(pages[1]).toMatchObject({ total: 5, page: 2, page_size: 2 });
    expect(pages[1]?.items[1]?.changes).toEqual([{ path: '/features/n', op: 'add', after: 1 }]);
  });

  it('compares any two versions, in both directions', async () => {
    await controller.orchestrator('his-3');
    await api.changeOrchestratorConfig('his-3', { session_config: { 'a/b': 1, list: [1, 2] } });
    await api.changeOrchestratorConfig('his-3', {
      session_config: { list: [1, 3] },
      phoenix_endpoint: 'http://phoenix',
    });
    const diff = (from: number, to: number): Promise<ConfigDiff> =>
      api.compareOrchestratorConfigVersions('his-3', { from, to });
    await expect(diff(2, 3)).resolves.toEqual({
      orchestrator_id: 'his-3',
      from: 2,
      to: 3,
      changes: [
        { path: '/phoenix_endpoint', op: 'add', after: 'http://phoenix' },
        { path: '/session_config/a~1b', op: 'remove', before: 1 },
        { path: '/session_config/list', op: 'replace', before: [1, 2], after: [1, 3] },
      ],
    });
    expect((await diff(3, 1)).changes.map(({ op }) => op)).toEqual(['remove', 'remove']);
    expect((await diff(2, 2)).changes).toEqual([]);
    for (const [query, status] of [
      [{ from: 1, to: 9 }, 404],
      [{ from: 0, to: 1 }, 400],
      [{ from: 1 }, 400],
      [{ from: 1, to: 'x' }, 400],
    ] as const) {
      const answer = await api.compareOrchestratorConfigVersions('his-3', wrong(query)).answer();
      expect([query, answer.status]).toEqual([query, status]);
    }
  });

  it('explains for each value its level, its actor and its time', async () => {
    await api.changeFleetConfiguration({ defaults: { session_config: { a: 1, b: 1, c: 1 } } });
    await controller.orchestrator('his-4', { organization_id: 'org-his-4' });
    await api.changeOrganizationSettings('org-his-4', { settings: { session_config: { b: 2 } } });
    await api.changeOrganizationSettings('org-his-4', {
      settings: { session_config: { b: 2, c: null }, features: { x: 1 } },
    });
    await api.changeOrchestratorConfig('his-4', { session_config: { d: 4 } });
    const { values, config_version } = await api.explainOrchestratorConfig('his-4');
    expect(config_version).toBe(4);
    const table = values.map((one) => [
      one.path,
      one.value,
      one.level,
      one.level_id,
      one.set_by,
      one.revision,
    ]);
    expect(table.sort()).toEqual([
      ['/features/x', 1, 'organization', 'org-his-4', ADMIN, 2],
      ['/monitoring_enabled', false, 'built_in', null, null, null],
      ['/privacy_mode', false, 'built_in', null, null, null],
      ['/session_config/a', 1, 'fleet', 'fleet', ADMIN, expect.any(Number)],
      ['/session_config/b', 2, 'organization', 'org-his-4', ADMIN, 1],
      ['/session_config/d', 4, 'orchestrator', 'his-4', ADMIN, 2],
    ]);
    const setAt = values.find(({ path }) => path === '/session_config/b')?.set_at;
    const [row] = await controller.database.query<{ changed_at: Date }>(
      `SELECT changed_at FROM configuration_revisions WHERE level_id = 'org-his-4' AND revision = 1`,
    );
    expect(setAt).toBe(row?.changed_at.toISOString());
  });

  it('finds the actor of a value however many revisions ago', async () => {
    await controller.orchestrator('his-5');
    await api.changeOrchestratorConfig('his-5', { phoenix_endpoint: 'http://old' });
    for (let n = 1; n <= 60; n += 1) await api.changeOrchestratorConfig('his-5', { features: { n } });
    const { values } = await api.explainOrchestratorConfig('his-5');
    expect(values.find(({ path }) => path === '/phoenix_endpoint')).toMatchObject({ revision: 2 });
    expect(values.find(({ path }) => path === '/features/n')).toMatchObject({ revision: 62 });
  });

  it('rolls back by a new version with the old content, which is pushed', async () => {
    const orchestrator = await controller.orchestrator('his-6', { features: { born: true } });
    await api.changeOrchestratorConfig('his-6', {
      session_config: { max_tokens: 5 },
      privacy_mode: true,
    });
    await api.changeOrchestratorConfig('his-6', {
      features: { a: 1 },
      session_config: {},
      privacy_mode: null,
    });
    const answer = await api.rollBackOrchestratorConfig('his-6', { config_version: 2 }).answer();
    const content = {
      features: { born: true },
      session_config: { max_tokens: 5 },
      privacy_mode: true,
    };
    expect(answer).toMatchObject({
      status: 200,
      etag: '"4"',
      data: { orchestrator_id: 'his-6', config_version: 4, pushed: true, config: content },
    });
    expect((await receivedConfigs(orchestrator, 'his-6')).at(-1)).toMatchObject({
      type: 'config_update',
      config_version: 4,
      config: content,
    });
    const { items } = await versions('his-6');
    expect(items[0]).toMatchObject({ comment: 'Back to version 2', changed_by: ADMIN });
    expect(items[0]?.config_hash).toBe(items[2]?.config_hash);
    const again = await api.rollBackOrchestratorConfig('his-6', { config_version: 2 });
    expect(again).toMatchObject({ config_version: 4, pushed: false });
    await api.rollBackOrchestratorConfig('his-6', { config_version: 9 }).expect(404);
    await api.rollBackOrchestratorConfig('his-6', wrong({ version: 1 })).expect(400);
  });

  it('answers 404 for an unknown orchestrator', async () => {
    for (const call of [
      api.getOrchestratorConfig('nobody'),
      api.listOrchestratorConfigVersions('nobody'),
      api.compareOrchestratorConfigVersions('nobody', { from: 1, to: 1 }),
      api.explainOrchestratorConfig('nobody'),
    ]) {
      expect((await call.expect(404)).error.error).toBe('not_found');
    }
  });

  it('cannot be rewritten by SQL', async () => {
    await controller.orchestrator('his-7');
    for (const table of ['configuration_revisions', 'orchestrator_config_versions']) {
      for (const statement of [
        `UPDATE ${table} SET changed_by = 'me'`,
        `DELETE FROM ${table}`,
        `TRUNCATE ${table}`,
      ]) {
        await expect(controller.database.query(statement)).rejects.toThrow(`${table} is append-only`);
      }
    }
    await expect(versions('his-7')).resolves.toMatchObject({ total: 1 });
  });

  describe('of changes by plain SQL', () => {
    it('gives a changed row a version at the next registration, with its content', async () => {
      const orchestrator = await controller.orchestrator('sql-1', { organization_id: 'org-sql-1' });
      await orchestrator.close();
      await controller.database.query(
        `UPDATE orchestrator_instances SET session_config = '{"max_tokens":9}' WHERE orchestrator_id = 'sql-1'`,
      );
      const again = await controller.connect();
      await again.register('sql-1', { config_version: 1 });
      const provisioning = await again.next('provisioning');
      expect(provisioning).toMatchObject({
        config_version: 2,
        config: { session_config: { max_tokens: 9 } },
      });
      expect(provisioning).not.toHaveProperty('unchanged');
      const { items } = await versions('sql-1');
      expect(items[0]).toMatchObject({
        config_version: 2,
        level: 'orchestrator',
        changed_by: expect.stringMatching(/^sql:/) as string,
        changes: [{ path: '/session_config/max_tokens', op: 'add', after: 9 }],
      });
      await api.changeOrchestratorConfig('sql-1', { session_config: {} });
      const back = await api.rollBackOrchestratorConfig('sql-1', { config_version: 2 });
      expect(back).toMatchObject({ config: { session_config: { max_tokens: 9 } } });
    });

    it('names the organization or the fleet if those were changed', async () => {
      const orchestrator = await controller.orchestrator('sql-2', { organization_id: 'org-sql-2' });
      await controller.database.query(
        `UPDATE organizations SET settings = '{"privacy_mode":true}' WHERE organization_id = 'org-sql-2'`,
      );
      await orchestrator.close();
      await controller.orchestrator('sql-2');
      const { items } = await versions('sql-2');
      expect(items[0]).toMatchObject({
        level: 'organization',
        changed_by: expect.stringMatching(/^sql:/) as string,
        changes: [{ path: '/privacy_mode', op: 'replace', before: false, after: true }],
      });
      await expect(api.listOrganizationSettingsRevisions('org-sql-2')).resolves.toMatchObject({
        items: [{ revision: 1, before: {}, after: { privacy_mode: true } }],
      });
    });

    it('includes inserted rows, and continues with the numbers of deleted rows', async () => {
      await controller.database.query(
        `INSERT INTO organizations (organization_id, name, settings) VALUES ('org-sql-3', 'Three', '{"features":{"x":1}}')`,
      );
      await controller.database.query(
        `INSERT INTO orchestrator_instances (orchestrator_id, organization_id, name, session_config, privacy_mode)
         VALUES ('sql-3', 'org-sql-3', 'Three', '{"max_tokens":3}', true)`,
      );
      await controller.orchestrator('sql-3');
      const explained = await api.explainOrchestratorConfig('sql-3');
      const byPath = new Map(explained.values.map((one) => [one.path, one]));
      expect(byPath.get('/session_config/max_tokens')?.set_by).toMatch(/^sql:/);
      expect(byPath.get('/features/x')).toMatchObject({ level: 'organization', revision: 1 });

      await controller.database.query(
        `DELETE FROM orchestrator_instances WHERE organization_id = 'org-sql-3'`,
      );
      await controller.database.query(`DELETE FROM organizations WHERE organization_id = 'org-sql-3'`);
      await waitUntil('it is gone', async () => {
        return (await api.getOrchestratorConfig('sql-3').answer()).status === 404;
      });
      await controller.orchestrator('sql-3', { organization_id: 'org-sql-3' });
      const answer = await controller.api
        .changeOrganizationSettings('org-sql-3', { settings: { y: 1 } })
        .answer();
      expect(answer).toMatchObject({ status: 200, etag: '"3"' });
      await expect(api.getOrchestratorConfig('sql-3')).resolves.toMatchObject({
        config: { y: 1, features: {} },
      });
    });

    it('is pushed with the next change through the API, under the name of the changed level', async () => {
      const orchestrator = await controller.orchestrator('sql-4', { organization_id: 'org-sql-4' });
      await controller.database.query(
        `UPDATE orchestrator_instances SET features = '{"by":"sql"}' WHERE orchestrator_id = 'sql-4'`,
      );
      await expect(api.changeOrchestratorConfig('sql-4', { features: { by: 'sql' } })).resolves.toMatchObject(
        {
          config_version: 2,
          pushed: true,
        },
      );
      await expect(orchestrator.next('config_update')).resolves.toMatchObject({
        config: { features: { by: 'sql' } },
      });
      const { items } = await versions('sql-4');
      expect(items[0]?.changed_by).toMatch(/^sql:/);
    });
  });
});
