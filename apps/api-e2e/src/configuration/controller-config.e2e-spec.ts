import { wrong } from '@moolai/testing';
import type { ControllerConfigDocument } from '@moolai/contracts';
import { receivedConfigs } from '../support/received-configs.js';
import { useControllerPerTest } from '../support/use-controller.js';

const EMPTY = { name: '', orchestrators: [], is_independent: false, settings: {} };

describe('the document of the whole configuration', () => {
  const controller = useControllerPerTest();
  const { api } = controller;

  function document(): Promise<ControllerConfigDocument> {
    return api.getFleetConfiguration();
  }

  it('shows the current configuration', async () => {
    await controller.orchestrator('doc-1b');
    await controller.orchestrator('doc-1a');
    await controller.orchestrator('doc-1c', { organization_id: 'org-doc' });
    await api.changeOrganizationSettings('org-doc', { settings: { privacy_mode: true } });
    await expect(api.getFleetConfiguration().answer()).resolves.toMatchObject({
      status: 200,
      etag: expect.stringMatching(/^"[0-9a-f]{16}"$/) as string,
      data: {
        defaults: {},
        schemas: {},
        organizations: {
          'org-001': { ...EMPTY, name: 'Default organization', orchestrators: ['doc-1a', 'doc-1b'] },
          'org-doc': {
            ...EMPTY,
            name: 'org-doc',
            orchestrators: ['doc-1c'],
            settings: { privacy_mode: true },
          },
        },
      },
    });
  });

  it('applies as a whole: one pushed version per affected orchestrator, counted in the answer', async () => {
    const a = await controller.orchestrator('doc-2a');
    const b = await controller.orchestrator('doc-2b', { organization_id: 'org-doc' });
    await (await controller.orchestrator('doc-2c', { organization_id: 'org-doc' })).close();
    const wanted = {
      defaults: { session_config: { max_tokens: 1, top_p: 1 } },
      organizations: {
        'org-doc': {
          name: 'Documented',
          is_independent: true,
          settings: { session_config: { max_tokens: 2 } },
        },
        'org-new': { orchestrators: ['doc-2d', 'doc-2e'], settings: { features: { a: true } } },
      },
    };
    const result = await api.changeFleetConfiguration(wanted);
    expect(result).toEqual({
      defaults: wanted.defaults,
      schemas: {},
      organizations: {
        'org-001': { ...EMPTY, name: 'Default organization', orchestrators: ['doc-2a'] },
        'org-doc': { orchestrators: ['doc-2b', 'doc-2c'], ...wanted.organizations['org-doc'] },
        'org-new': { name: 'org-new', is_independent: false, ...wanted.organizations['org-new'] },
      },
      pushed: 2,
      total: 5,
    });
    await expect(receivedConfigs(a, 'doc-2a')).resolves.toMatchObject([
      { config_version: 2, config: { session_config: { max_tokens: 1, top_p: 1 } } },
    ]);
    await expect(receivedConfigs(b, 'doc-2b')).resolves.toMatchObject([
      { config_version: 2, config: { session_config: { max_tokens: 2, top_p: 1 } } },
    ]);
    const born = await controller.connect();
    await expect(born.register('doc-2d')).resolves.toMatchObject({ organization_id: 'org-new' });
    await expect(born.next('provisioning')).resolves.toMatchObject({
      config_version: 1,
      config: { session_config: { max_tokens: 1 }, features: { a: true } },
    });
  });

  it('changes and pushes nothing if nothing differs', async () => {
    const orchestrator = await controller.orchestrator('doc-3');
    await api.changeFleetConfiguration({ defaults: { features: { a: 1 } } });
    await orchestrator.next('config_update');
    const before = await document();
    await expect(api.changeFleetConfiguration(before)).resolves.toEqual({ ...before, pushed: 0, total: 1 });
    await expect(receivedConfigs(orchestrator, 'doc-3')).resolves.toEqual([]);
    await expect(api.listFleetRevisions()).resolves.toMatchObject({ total: 1 });
  });

  it('leaves unnamed parts alone', async () => {
    await controller.orchestrator('doc-4');
    await api.changeFleetConfiguration({
      defaults: { features: { a: 1 } },
      schemas: { features: { type: 'object' } },
      organizations: { 'org-001': { name: 'First', is_independent: true, settings: { x: 1 } } },
    });
    const before = await document();
    await api.changeFleetConfiguration({
      organizations: { 'org-001': { orchestrators: [] }, 'org-other': {} },
    });
    const after = await document();
    expect(after).toEqual({
      ...before,
      organizations: { ...before.organizations, 'org-other': { ...EMPTY, name: 'org-other' } },
    });
  });

  it('changes nothing if any part is invalid', async () => {
    const orchestrator = await controller.orchestrator('doc-5', { organization_id: 'org-doc' });
    const before = await document();
    const good = { defaults: { x: 1 }, organizations: { 'org-doc': { settings: { y: 1 } } } };
    const bad = [
      { ...good, organizations: { ...good.organizations, 'org-other': { orchestrators: ['doc-5'] } } },
      {
        ...good,
        organizations: {
          ...good.organizations,
          'org-p': { orchestrators: ['twice'] },
          'org-q': { orchestrators: ['twice'] },
        },
      },
      {
        ...good,
        organizations: { ...good.organizations, 'org-other': { settings: { privacy_mode: 'no' } } },
      },
      { ...good, organizations: { ...good.organizations, 'no id': {} } },
      { ...good, schemas: { features: { required: 5 } } },
      { ...good, more: {} },
    ];
    for (const body of bad) {
      const { status, error } = await api.changeFleetConfiguration(wrong(body)).answer();
      expect([status, error.error]).toEqual([400, 'validation_error']);
    }
    await expect(document()).resolves.toEqual(before);
    await expect(receivedConfigs(orchestrator, 'doc-5')).resolves.toEqual([]);
    await expect(
      controller.database.query(`SELECT 1 FROM configuration_revisions WHERE level <> 'orchestrator'`),
    ).resolves.toEqual([]);
  });

  it('names the organization of an orchestrator that belongs to another one', async () => {
    await controller.orchestrator('doc-6', { organization_id: 'org-doc' });
    const { error } = await api
      .changeFleetConfiguration({
        organizations: { 'org-thief': { orchestrators: ['doc-6'] } },
      })
      .answer();
    expect(error.errors).toEqual([
      {
        field: 'organizations.org-thief.orchestrators',
        detail: 'doc-6 belongs to another organization than org-thief',
      },
    ]);
  });

  it('reports all errors at once', async () => {
    const { status, error } = await api
      .changeFleetConfiguration(
        wrong({ default: {}, organizations: { 'org-1': { nam: 'x', orchestrators: 'a' } } }),
      )
      .answer();
    expect(status).toBe(400);
    expect(error.errors?.map(({ field }) => field).sort()).toEqual([
      'default',
      'organizations.org-1.nam',
      'organizations.org-1.orchestrators',
    ]);
    for (const body of [[], [1]]) {
      await api.changeFleetConfiguration(wrong(body)).expect(400);
    }
  });

  it('makes new orchestrators of an independent organization independent, and renames all', async () => {
    await controller.orchestrator('doc-7a', { organization_id: 'org-doc' });
    await api.changeFleetConfiguration({
      organizations: {
        'org-doc': { name: 'Renamed', is_independent: true, orchestrators: ['doc-7b', 'doc-7b'] },
      },
    });
    const { items } = await api.listOrchestrators({ sort: 'orchestrator_id' });
    expect(items.map((one) => [one.orchestrator_id, one.organization_name, one.independence_source])).toEqual(
      [
        ['doc-7a', 'Renamed', null],
        ['doc-7b', 'Renamed', 'organization'],
      ],
    );
    await expect(api.getOrganization('org-doc')).resolves.toMatchObject({
      name: 'Renamed',
      is_independent: true,
    });
  });

  it('ends the lease of an organization whose flag it switches', async () => {
    await controller.orchestrator('doc-10', { organization_id: 'org-doc' });
    const lease = { is_independent: true, reason: 'audit', expires_at: '2099-01-01T00:00:00.000Z' };
    await api.switchOrganizationIndependence('org-doc', lease);
    const independence = () =>
      controller.database.query(
        `SELECT is_independent AS flag, independence_reason AS reason, independence_expires_at AS expires_at,
           independence_updated_by AS by FROM organizations WHERE organization_id = 'org-doc'`,
      );
    await api.changeFleetConfiguration({
      organizations: { 'org-doc': { is_independent: true, name: 'Renamed' } },
    });
    await expect(independence()).resolves.toMatchObject([{ flag: true, reason: 'audit' }]);
    await api.changeFleetConfiguration({ organizations: { 'org-doc': { is_independent: false } } });
    await expect(independence()).resolves.toEqual([
      { flag: false, reason: null, expires_at: null, by: 'dev-token@controller' },
    ]);
  });

  it('publishes events for everything created and changed', async () => {
    await controller.orchestrator('doc-8', { organization_id: 'org-doc' });
    await api.changeFleetConfiguration({
      defaults: { x: 1 },
      organizations: { 'org-doc': { name: 'Renamed' }, 'org-new': { orchestrators: ['doc-8b'] } },
    });
    const { items } = await api.listActivity();
    const mine = items.filter(({ actor }) => actor === 'dev-token@controller');
    expect(mine.map(({ type, organization_id }) => [type, organization_id])).toEqual([
      ['orchestrator.created', 'org-new'],
      ['organization.created', 'org-new'],
      ['organization.changed', 'org-doc'],
      ['config.pushed', 'org-doc'],
      ['config.changed', null],
    ]);
  });

  it("creates revisions of the fleet's level, and can be rolled back", async () => {
    const orchestrator = await controller.orchestrator('doc-9');
    await api.changeFleetConfiguration({ defaults: { x: 1 }, schemas: { features: { type: 'object' } } });
    await api.changeFleetConfiguration({ defaults: { x: 2 }, schemas: {} });
    const rollback = await api.rollBackFleetConfiguration({ revision: 1, comment: 'undo' }).answer();
    expect(rollback).toMatchObject({ status: 200, data: { revision: 3, pushed: 1, total: 1 } });
    expect((await receivedConfigs(orchestrator, 'doc-9')).at(-1)).toMatchObject({ config: { x: 1 } });
    await expect(document()).resolves.toMatchObject({
      defaults: { x: 1 },
      schemas: { features: { type: 'object' } },
    });
    const { items, total } = await api.listFleetRevisions();
    expect(total).toBe(3);
    expect(items[0]).toMatchObject({
      revision: 3,
      before: { defaults: { x: 2 }, schemas: {} },
      after: { defaults: { x: 1 } },
      comment: 'undo',
    });
    expect(items[2]).toMatchObject({ revision: 1, before: {} });
    await api.rollBackFleetConfiguration({ revision: 9 }).expect(404);
  });
});
