import type { ControllerConfigDocument, JsonObject, JsonValue } from '@moolai/contracts';
import { MAX_FRAME_BYTES } from '@moolai/contracts';
import { ConfigClient, receivedConfigs } from '../support/config-client.js';
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
  const client = new ConfigClient(controller);

  async function revisionCount(): Promise<number> {
    const [row] = await controller.database.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM configuration_revisions',
    );
    return row?.count ?? 0;
  }

  it('refuse an invalid value at every level with its path, and nothing is saved or pushed', async () => {
    const orchestrator = await controller.orchestrator('sch-1');
    await client.setDocument({ schemas: SCHEMAS });
    const before = [await client.get('configuration'), await client.of('sch-1'), await revisionCount()];
    const bad = { session_config: { max_tokens: 101 } };
    const refusals = [
      ['orchestrators/sch-1/config', bad],
      ['organizations/org-001/settings', { settings: bad }],
      ['configuration', { defaults: bad }],
      ['configuration', { organizations: { 'org-001': { settings: bad } } }],
      ['configuration', { organizations: { 'org-new': { settings: bad } } }],
    ] as const;
    for (const [path, body] of refusals) {
      const { status, error } = await client.send('put', path, body);
      expect([path, status, error.error]).toEqual([path, 400, 'validation_error']);
      expect(error.detail).toContain('session_config.max_tokens must be <= 100');
      expect(error.errors).toEqual([
        { field: 'session_config.max_tokens', detail: 'session_config.max_tokens must be <= 100' },
      ]);
    }
    expect([await client.get('configuration'), await client.of('sch-1'), await revisionCount()]).toEqual(
      before,
    );
    await expect(receivedConfigs(orchestrator, 'sch-1')).resolves.toEqual([]);
  });

  it('are refused if the current configuration does not match them, whichever level sets it', async () => {
    await controller.orchestrator('sch-2');
    await client.setOwn('sch-2', { session_config: { max_tokens: 500 } });
    const own = await client.send('put', 'configuration', { schemas: SCHEMAS });
    expect(own).toMatchObject({ status: 400 });
    expect(own.error.detail).toBe(
      'The configuration of sch-2 would not be valid: session_config.max_tokens must be <= 100.',
    );
    await client.setOwn('sch-2', { session_config: null });
    await client.setDocument({ organizations: { 'org-empty': { settings: { features: { a: 1 } } } } });
    const settings = await client.send('put', 'configuration', { schemas: SCHEMAS });
    expect(settings.error.detail).toContain('organization org-empty');
    await expect(client.get<ControllerConfigDocument>('configuration')).resolves.toMatchObject({
      schemas: {},
    });
  });

  it('are checked against the result of all changes in a document', async () => {
    const orchestrator = await controller.orchestrator('sch-3');
    await client.setSettings('org-001', { session_config: { max_tokens: 500 } });
    await orchestrator.next('config_update');
    await client.setDocument({
      schemas: SCHEMAS,
      organizations: { 'org-001': { settings: { session_config: { max_tokens: 50 } } } },
    });
    await expect(receivedConfigs(orchestrator, 'sch-3')).resolves.toMatchObject([
      { config_version: 3, config: { session_config: { max_tokens: 50 } } },
    ]);
  });

  it('check required fields on whole configurations only', async () => {
    await client.setDocument({ schemas: { session_config: { required: ['max_tokens'] } } });
    await client.setDocument({
      organizations: { 'org-req': { settings: { session_config: { max_tokens: 1 } } } },
    });
    await controller.orchestrator('sch-4', { organization_id: 'org-req' });
    const { status, error } = await client.send('put', 'organizations/org-req/settings', { settings: {} });
    expect([status, error.errors?.[0]?.detail]).toEqual([
      400,
      "session_config must have required property 'max_tokens'",
    ]);
  });

  it('remove forbidden values of a new orchestrator, so that others are not refused because of it', async () => {
    await client.setDocument({ schemas: SCHEMAS });
    const fits = await controller.connect();
    await fits.register('sch-5a', { features: { a: true } });
    await expect(fits.next('provisioning')).resolves.toMatchObject({ config: { features: { a: true } } });
    const doesNot = await controller.connect();
    await doesNot.register('sch-5b', { features: { a: 'maybe' } });
    await expect(doesNot.next('provisioning')).resolves.toMatchObject({ config: { features: {} } });
    await expect(client.setSettings('org-001', { features: { b: true } })).resolves.toMatchObject({
      pushed: 2,
    });
  });

  it('end when a document sets none, but not when it does not name them', async () => {
    await controller.orchestrator('sch-6');
    await client.setDocument({ schemas: SCHEMAS });
    await client.setDocument({ defaults: { features: { a: true } } });
    const bad = { features: { b: 1 } };
    await expect(client.send('put', 'orchestrators/sch-6/config', bad)).resolves.toMatchObject({
      status: 400,
    });
    await client.setDocument({ schemas: {} });
    await expect(client.send('put', 'orchestrators/sch-6/config', bad)).resolves.toMatchObject({
      status: 200,
    });
  });

  it('are refused if they are invalid themselves', async () => {
    for (const schemas of [
      { features: { type: 'flag' } },
      { features: true },
      { privacy_mode: { type: 'boolean' } },
      { features: { $ref: '#/nowhere' } },
    ]) {
      const { status, error } = await client.send('put', 'configuration', { schemas });
      expect([schemas, status]).toEqual([schemas, 400]);
      expect(error.errors?.[0]?.field).toMatch(/^schemas\./);
    }
    await expect(client.get('configuration')).resolves.toMatchObject({ schemas: {} });
  });
});

describe('limits of configurations', () => {
  const controller = useController();
  const client = new ConfigClient(controller);

  function everywhere(content: JsonObject): [path: string, body: object][] {
    return [
      ['orchestrators/lim-1/config', { features: content }],
      ['orchestrators/lim-1/config', { session_config: content }],
      ['organizations/org-001/settings', { settings: content }],
      ['configuration', { defaults: content }],
      ['configuration', { organizations: { 'org-001': { settings: content } } }],
    ];
  }

  it('refuse content larger than a frame, and accept smaller content', async () => {
    const orchestrator = await controller.orchestrator('lim-1');
    const tooLarge = { filler: 'x'.repeat(MAX_FRAME_BYTES) };
    for (const [path, body] of everywhere(tooLarge)) {
      const { status, error } = await client.send('put', path, body);
      expect([path, status, error.errors?.[0]?.field]).toEqual([path, 400, 'config']);
    }
    const half = 'x'.repeat(MAX_FRAME_BYTES / 2 - 4_000);
    await client.setSettings('org-001', { half });
    const { config } = await client.setOwn('lim-1', { session_config: { half } });
    const updates = await receivedConfigs(orchestrator, 'lim-1');
    expect(updates.at(-1)?.config).toEqual(config);
    const more = await client.send('put', 'orchestrators/lim-1/config', {
      features: { more: 'x'.repeat(6_000) },
    });
    expect(more.status).toBe(400);
    await expect(client.of('lim-1')).resolves.toMatchObject({ own: { features: {} } });
    await client.setSettings('org-001', {});
  });

  it.each<[string, JsonValue]>([
    ['a NUL', 'a\u0000b'],
    ['a lone surrogate', '\ud800'],
    ['nesting beyond 32 levels', nested(33)],
  ])('refuse %s', async (_, value) => {
    await controller.orchestrator('lim-1');
    for (const [path, body] of everywhere({ x: value })) {
      const { status, error } = await client.send('put', path, body);
      expect([path, status, error.error]).toEqual([path, 400, 'validation_error']);
    }
    const comment = await client.send('put', 'orchestrators/lim-1/config', { comment: 'a\u0000' });
    expect(comment.status).toBe(400);
  });

  it('accept a document that an administrator has read, however deep its settings are', async () => {
    await client.setSettings('org-001', { x: nested(31) });
    const document = await client.get<object>('configuration');
    await expect(client.setDocument(document)).resolves.toMatchObject({ pushed: 0 });
    await client.setSettings('org-001', {});
  });

  it('check the types of the fields common to all orchestrators', async () => {
    for (const settings of [{ privacy_mode: 'yes' }, { monitoring_enabled: 1 }, { phoenix_endpoint: true }]) {
      const { status, error } = await client.send('put', 'organizations/org-001/settings', { settings });
      expect([status, error.errors?.[0]?.field]).toEqual([400, Object.keys(settings)[0]]);
    }
  });
});
