import { readFileSync } from 'node:fs';
import type { AuditEntry, AuditQuery } from '@moolai/contracts';
import { waitUntil } from '@moolai/testing';
import { ConfigFile } from '../support/config-file.js';
import { useController } from '../support/use-controller.js';
import type { Method } from './audited-case.js';
import {
  AUDITED_CASES,
  BACKUP_ROUTES,
  CREDENTIAL_ROUTES,
  IDENTITY_ROUTES,
  NOT_CHANGES,
} from './audited-cases.js';
import { Blockade } from './blockade.js';

describe('the audit log of changes', () => {
  const controller = useController();
  let blockade: Blockade;

  beforeAll(async () => {
    blockade = await Blockade.of(controller.database);
  });

  async function entries(query: AuditQuery = {}): Promise<AuditEntry[]> {
    const page = await controller.api.listAuditEntries({ sort: 'position', page_size: 200, ...query });
    return page.items;
  }

  async function concretePath(path: string): Promise<string> {
    const [message] = (await controller.api.listMessages({ page_size: 1 })).items;
    return path.replace('{message}', String(message?.id));
  }

  it('has a case for every mutating route', () => {
    const { paths } = JSON.parse(
      readFileSync(new URL('../../../../docs/openapi.json', import.meta.url), 'utf8'),
    ) as { paths: Record<string, Record<string, unknown>> };
    const mutating = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter((method) => !['get', 'head', 'options'].includes(method))
        .map((method) => `${method.toUpperCase()} ${path}`),
    );
    const covered = new Set([
      ...AUDITED_CASES.map(({ route }) => route),
      ...IDENTITY_ROUTES,
      ...CREDENTIAL_ROUTES,
      ...BACKUP_ROUTES,
      ...Object.keys(NOT_CHANGES),
    ]);
    expect(mutating.filter((route) => !covered.has(route))).toEqual([]);
    expect([...covered].filter((route) => !mutating.includes(route))).toEqual([]);
  });

  it.each(AUDITED_CASES)('records $route with $body', async ({ route, path, body, told }) => {
    const before = await entries();
    const [method = ''] = route.toLowerCase().split(' ');
    const concrete = await concretePath(path);
    const call = () => controller.request(method as Method, `/internal${concrete}`).send(body);
    const refused = async (): Promise<void> => {
      expect((await call()).status).toBe(500);
      await expect(entries()).resolves.toEqual(before);
    };
    // Neither may have an effect, or the call below would find another state.
    await blockade.ofRecords(refused);
    await blockade.ofChanges(refused);
    const response = await call();
    expect(response.body).toMatchObject({ success: true });
    const added = (await entries()).slice(before.length);
    expect(added).toEqual(
      told.map((one): unknown =>
        expect.objectContaining<Record<string, unknown>>({
          actor_kind: 'dev_token',
          actor_name: 'dev-token@controller',
          address: '127.0.0.1',
          request_id: response.headers['x-request-id'],
          organization_id: 'org-a',
          ...one,
        }),
      ),
    );
    expect(JSON.stringify(added)).not.toContain('hunter2');
  });

  it.each<[Method, string, object | undefined, number]>([
    ['post', '/organizations', { organization_id: 'org-a', name: 'again' }, 409],
    ['patch', '/organizations/nobody', { name: 'x' }, 404],
    ['post', '/orchestrators', { orchestrator_id: 'born', organization_id: 'org-b' }, 409],
    ['patch', '/orchestrators/nobody', { name: 'x' }, 404],
    ['delete', '/orchestrators/nobody', undefined, 404],
    ['put', '/orchestrators/nobody/independence', { is_independent: true }, 404],
    ['put', '/organizations/nobody/independence', { is_independent: true }, 404],
    ['put', '/orchestrators/nobody/config', { features: {} }, 404],
    ['post', '/orchestrators/nobody/messages', { message_type: 'x', message_content: {} }, 404],
    ['put', '/configuration', { defaults: { x: 1 }, schemas: { features: { type: 'x' } } }, 400],
    ['put', '/messages/{message}/status', { status: 'delivered' }, 409],
  ])('does not record %s %s with %j, which is refused', async (method, path, body, status) => {
    const before = await entries();
    const concrete = await concretePath(path);
    await controller.request(method, `/internal${concrete}`).send(body).expect(status);
    await expect(entries()).resolves.toEqual(before);
  });

  it('does not record a request that changes nothing', async () => {
    const before = await entries();
    await controller.api.changeOrganization('org-b', { name: 'New' });
    await controller.api.changeOrganizationSettings('org-b', { settings: { x: 1 } });
    await controller.api.changeOrchestratorConfig('born', {});
    await expect(entries()).resolves.toEqual(before);
  });

  it('records expired leases with the actor system', async () => {
    // Far enough ahead that a busy machine handles the request in time.
    const inSeconds = (seconds: number): string => new Date(Date.now() + 1_000 * seconds).toISOString();
    await controller.api.createOrchestrator({ orchestrator_id: 'lent', organization_id: 'org-b' });
    const lease = { is_independent: true, expires_at: inSeconds(3) };
    await controller.api.switchIndependence('lent', lease);
    const organizationLease = { is_independent: true, expires_at: inSeconds(3) };
    await controller.api.switchOrganizationIndependence('org-b', {
      ...organizationLease,
      apply_to_existing: true,
    });
    const ended = await waitUntil('both leases have ended', async () => {
      const found = await entries({ action: 'independence.changed', actor_kind: 'system' });
      return found.length >= 2 && found;
    });
    expect(ended).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          target_id: 'lent',
          actor_name: 'system',
          address: null,
          request_id: null,
          before: {
            is_independent: true,
            independence_source: 'own',
            independence_expires_at: lease.expires_at,
          },
          after: { is_independent: false, independence_source: null, independence_expires_at: null },
        }),
        expect.objectContaining({
          target_type: 'organization',
          target_id: 'org-b',
          before: { is_independent: true, independence_expires_at: organizationLease.expires_at },
          after: expect.objectContaining({ is_independent: false, independence_expires_at: null }) as unknown,
        }),
      ]),
    );
  });

  it('records a manual edit of the file with the file as actor', async () => {
    const file = new ConfigFile(controller);
    await file.untilInStep();
    file.edit((document) => (document.defaults = { session_config: { timeout: 77 } }));
    const [edit] = await waitUntil('it is in force', async () => {
      const found = await entries({ actor: 'controller_config.json' });
      return found.length > 0 && found;
    });
    expect(edit).toMatchObject({
      actor_kind: 'system',
      action: 'config.changed',
      target_type: 'fleet',
      before: { defaults: { session_config: { timeout: 5 } } },
      after: { defaults: { session_config: { timeout: 77 } } },
    });
  });

  it('records values restored from the files with the files as actor', async () => {
    const file = new ConfigFile(controller);
    await file.untilInStep();
    await controller.close();
    for (const table of ['orchestrator_instances', 'organizations']) {
      await controller.database.query(`DELETE FROM ${table}`);
    }
    // A lost database has no history either: mark the orchestrators in it as deleted.
    await controller.database.query(
      `ALTER TABLE orchestrator_config_versions DISABLE TRIGGER USER;
       TRUNCATE orchestrator_config_versions;
       ALTER TABLE orchestrator_config_versions ENABLE TRIGGER USER`,
    );
    await controller.reopen();
    const found = await entries({ actor: 'files' });
    expect(found.map(({ action, target_id }) => `${action} ${target_id}`).sort()).toEqual([
      'orchestrator.created born',
      'orchestrator.created lent',
      'organization.created org-a',
      'organization.created org-b',
    ]);
  });

  it('has an intact chain after all of that', async () => {
    await expect(controller.api.verifyAudit()).resolves.toMatchObject({ ok: true });
  });
});
