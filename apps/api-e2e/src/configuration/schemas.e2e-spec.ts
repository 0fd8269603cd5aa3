import { wrong, type ApiCall } from '@moolai/testing';
import type { JsonObject, JsonValue } from '@moolai/contracts';
import { MAX_FRAME_BYTES } from '@moolai/contracts';
import { receivedConfigs } from '../support/received-configs.js';
import { useController, useControllerPerTest } from '../support/use-controller.js';

const SCHEMAS = {
  session_config: {
    type: 'object',
    properties: { max_tokens: { type: 'integer', minimum: 1, maximum: 100 } },
  },
  features: { type: 'object', additionalProperties: { type: 'boolean' } },
};

/** A JSON value with this depth. */
function nested(depth: number): JsonValue {
  return depth === 0 ? 1 : { in: nested(depth - 1) };
}

describe('JSON Schemas of the fleet', () => {
  const controller = useControllerPerTest();
  const { api } = controller;

  async function revisionCount(): Promise<number> {
    const [row] = await controller.database.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM configuration_revisions',
    );
    return row?.count ?? 0;
  }

  it('refuse an invalid value at every level with its path, and nothing is saved or pushed', async () => {
    const orchestrator = await controller.orchestrator('sch-1');
    await api.changeFleetConfiguration({ schemas: SCHEMAS });
    const before = [
      await api.getFleetConfiguration(),
      await api.getOrchestratorConfig('sch-1'),
      await revisionCount(),
    ];
    const bad = { session_config: { max_tokens: 101 } };
    const refusals = [
      api.changeOrchestratorConfig('sch-1', bad),
      api.changeOrganizationSettings('org-001', { settings: bad }),
      api.changeFleetConfiguration({ defaults: bad }),
      api.changeFleetConfiguration({ organizations: { 'org-001': { settings: bad } } }),
      api.changeFleetConfiguration({ organizations: { 'org-new': { settings: bad } } }),
    ];
    for (const refusal of refusals) {
      const { error } = await refusal.expect(400);
      expect(error.error).toBe('validation_error');
      expect(error.detail).toContain('session_config.max_tokens must be <= 100');
      expect(error.errors).toEqual([
        { field: 'session_config.max_tokens', detail: 'session_config.max_tokens must be <= 100' },
      ]);
    }
    expect([
      await api.getFleetConfiguration(),
      await api.getOrchestratorConfig('sch-1'),
      await revisionCount(),
    ]).toEqual(before);
    await expect(receivedConfigs(orchestrator, 'sch-1')).resolves.toEqual([]);
  });

  it('are refused if the current configuration does not match them, whichever level sets it', async () => {
    await controller.orchestrator('sch-2');
    await api.changeOrchestratorConfig('sch-2', { session_config: { max_tokens: 500 } });
    const own = await api.changeFleetConfiguration({ schemas: SCHEMAS }).answer();
    expect(own).toMatchObject({ status: 400 });
    expect(own.error.detail).toBe(
      'The configuration of sch-2 would not be valid: session_config.max_tokens must be <= 100.',
    );
    await api.changeOrchestratorConfig('sch-2', { session_config: null });
    await api.changeFleetConfiguration({
      organizations: { 'org-empty': { settings: { features: { a: 1 } } } },
    });
    const settings = await api.changeFleetConfiguration({ schemas: SCHEMAS }).answer();
    expect(settings.error.detail).toContain('organization org-empty');
    await expect(api.getFleetConfiguration()).resolves.toMatchObject({
      schemas: {},
    });
  });

  it('are checked against the result of all changes in a document', async () => {
    const orchestrator = await controller.orchestrator('sch-3');
    await api.changeOrganizationSettings('org-001', {
      settings: { session_config: { max_tokens: 500 } },
    });
    await orchestrator.next('config_update');
    await api.changeFleetConfiguration({
      schemas: SCHEMAS,
      organizations: { 'org-001': { settings: { session_config: { max_tokens: 50 } } } },
    });
    await expect(receivedConfigs(orchestrator, 'sch-3')).resolves.toMatchObject([
      { config_version: 3, config: { session_config: { max_tokens: 50 } } },
    ]);
  });

  it('check required fields on whole configurations only', async () => {
    await api.changeFleetConfiguration({
      schemas: { session_config: { required: ['max_tokens'] } },
    });
    await api.changeFleetConfiguration({
      organizations: { 'org-req': { settings: { session_config: { max_tokens: 1 } } } },
    });
    await controller.orchestrator('sch-4', { organization_id: 'org-req' });
    const { status, error } = await api.changeOrganizationSettings('org-req', { settings: {} }).answer();
    expect([status, error.errors?.[0]?.detail]).toEqual([
      400,
      "session_config must have required property 'max_tokens'",
    ]);
  });

  it('remove forbidden values of a new orchestrator, so that others are not refused because of it', async () => {
    await api.changeFleetConfiguration({ schemas: SCHEMAS });
    const fits = await controller.connect();
    await fits.register('sch-5a', { features: { a: true } });
    await expect(fits.next('provisioning')).resolves.toMatchObject({ config: { features: { a: true } } });
    const doesNot = await controller.connect();
    await doesNot.register('sch-5b', { features: { a: 'maybe' } });
    await expect(doesNot.next('provisioning')).resolves.toMatchObject({ config: { features: {} } });
    await expect(
      api.changeOrganizationSettings('org-001', { settings: { features: { b: true } } }),
    ).resolves.toMatchObject({
      pushed: 2,
    });
  });

  it('end when a document sets none, but not when it does not name them', async () => {
    await controller.orchestrator('sch-6');
    await api.changeFleetConfiguration({ schemas: SCHEMAS });
    await api.changeFleetConfiguration({ defaults: { features: { a: true } } });
    const bad = { features: { b: 1 } };
    await api.changeOrchestratorConfig('sch-6', bad).expect(400);
    await api.changeFleetConfiguration({ schemas: {} });
    await api.changeOrchestratorConfig('sch-6', bad);
  });

  it('are refused if they are invalid themselves', async () => {
    for (const schemas of [
      { features: { type: 'flag' } },
      { features: true },
      { privacy_mode: { type: 'boolean' } },
      { features: { $ref: '#/nowhere' } },
    ]) {
      const { status, error } = await api.changeFleetConfiguration({ schemas: wrong(schemas) }).answer();
      expect([schemas, status]).toEqual([schemas, 400]);
      expect(error.errors?.[0]?.field).toMatch(/^schemas\./);
    }
    await expect(api.getFleetConfiguration()).resolves.toMatchObject({ schemas: {} });
  });
});

describe('limits of configurations', () => {
  const controller = useController();
  const { api } = controller;

  function everywhere(content: JsonObject): ApiCall<unknown>[] {
    return [
      api.changeOrchestratorConfig('lim-1', { features: content }),
      api.changeOrchestratorConfig('lim-1', { session_config: content }),
      api.changeOrganizationSettings('org-001', { settings: content }),
      api.changeFleetConfiguration({ defaults: content }),
      api.changeFleetConfiguration({ organizations: { 'org-001': { settings: content } } }),
    ];
  }

  it('refuse content larger than a frame, and accept smaller content', async () => {
    const orchestrator = await controller.orchestrator('lim-1');
    const tooLarge = { filler: 'x'.repeat(MAX_FRAME_BYTES) };
    for (const change of everywhere(tooLarge)) {
      const { error } = await change.expect(400);
      expect(error.errors?.[0]?.field).toBe('config');
    }
    const half = 'x'.repeat(MAX_FRAME_BYTES / 2 - 4_000);
    await api.changeOrganizationSettings('org-001', { settings: { half } });
    const { config } = await api.changeOrchestratorConfig('lim-1', { session_config: { half } });
    const updates = await receivedConfigs(orchestrator, 'lim-1');
    expect(updates.at(-1)?.config).toEqual(config);
    await api
      .changeOrchestratorConfig('lim-1', {
        features: { more: 'x'.repeat(6_000) },
      })
      .expect(400);
    await expect(api.getOrchestratorConfig('lim-1')).resolves.toMatchObject({
      own: { features: {} },
    });
    await api.changeOrganizationSettings('org-001', { settings: {} });
  });

  it.each<[string, JsonValue]>([
    ['a NUL', 'a\u0000b'],
    ['a lone surrogate', '\ud800'],
    ['nesting beyond 32 levels', nested(33)],
  ])('refuse %s', async (_, value) => {
    await controller.orchestrator('lim-1');
    for (const change of everywhere({ x: value })) {
      const { error } = await change.expect(400);
      expect(error.error).toBe('validation_error');
    }
    await api.changeOrchestratorConfig('lim-1', { comment: 'a\u0000' }).expect(400);
  });

  it('accept a document that an administrator has read, however deep its settings are', async () => {
    await api.changeOrganizationSettings('org-001', { settings: { x: nested(31) } });
    const document = await api.getFleetConfiguration();
    await expect(api.changeFleetConfiguration(document)).resolves.toMatchObject({ pushed: 0 });
    await api.changeOrganizationSettings('org-001', { settings: {} });
  });

  it('check the types of the fields common to all orchestrators', async () => {
    for (const settings of [{ privacy_mode: 'yes' }, { monitoring_enabled: 1 }, { phoenix_endpoint: true }]) {
      const { status, error } = await api
        .changeOrganizationSettings('org-001', { settings: wrong(settings) })
        .answer();
      expect([status, error.errors?.[0]?.field]).toEqual([400, Object.keys(settings)[0]]);
    }
  });
});
