import { ROLE_PERMISSIONS, ROLES, type Page, type Permission, type Role } from '@moolai/contracts';
import { newDataDir } from '@moolai/testing';
import type { Response } from 'supertest';
import { TOKEN, type Method } from '../support/test-controller.js';
import { useController } from '../support/use-controller.js';
import { NOT_OF_ROLES, OPERATIONS, PROBES } from './access-table.js';
import { FOREIGN, TwoOrganizations, type Side } from './two-organizations.js';

interface DocumentedOperation {
  key: string;
  permission: Permission | 'public' | 'signed-in';
}

/** Roles that are limited to their organizations. */
const SCOPED_ROLES = ROLES.filter((role) => role !== 'superadmin');

describe('the permission matrix', () => {
  const controller = useController({ env: { BACKUP_DIR: newDataDir() } });
  let world: TwoOrganizations;
  let documented: DocumentedOperation[];
  const tokens = new Map<Role, string>();

  beforeAll(async () => {
    world = await TwoOrganizations.in(controller);
    // Creates a revision to roll back to for everything that has them.
    for (const side of ['own', 'foreign'] as const) {
      const settings = { session_config: { side } };
      await controller.api.changeOrganizationSettings(world.organizationId(side), { settings });
    }
    await controller.api.changeFleetConfiguration({ defaults: { session_config: { x: 1 } } });
    for (const role of ROLES) {
      tokens.set(role, (await controller.user(role, 'org-own', 'org-own-spare')).access_token);
    }
    const { body } = (await controller.anonymous.get('/api/docs-json')) as {
      body: { paths: Record<string, Record<string, { 'x-permission': DocumentedOperation['permission'] }>> };
    };
    documented = Object.entries(body.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => ({
        key: `${method.toUpperCase()} ${path.replace('/api/v1', '')}`,
        permission: operation['x-permission'],
      })),
    );
  });

  async function call(key: string, side: Side, token: string | undefined): Promise<Response> {
    const operation = OPERATIONS[key];
    if (!operation) throw new Error(`${key} is not in the table`);
    const { path, body } = await operation.prepare(world, side);
    const method = key.split(' ')[0]?.toLowerCase() as Method;
    const request = token
      ? controller.request(method, path, token)
      : controller.anonymous[method](`/api/v1${path}`);
    return body ? request.send(body) : request;
  }

  /** The expected status of one cell, by the rules of the contract. */
  function expected(key: string, permission: string, role: Role, side: Side): number {
    const { ok, foreign } = OPERATIONS[key] ?? { ok: 0, foreign: 404 };
    if (!ROLE_PERMISSIONS[role].includes(permission as Permission)) return 403;
    if (side === 'own' || role === 'superadmin' || foreign === 'filtered') return ok;
    return foreign;
  }

  it('has every operation of the API, and no other', () => {
    const keys = documented.map(({ key }) => key).sort();
    expect([...Object.keys(OPERATIONS), ...Object.keys(NOT_OF_ROLES)].sort()).toEqual(keys);
    for (const { key, permission } of documented) {
      expect(`${key} ${permission === 'public' || permission === 'signed-in'}`).toBe(
        `${key} ${key in NOT_OF_ROLES && key !== 'GET /controller/events'}`,
      );
    }
  });

  it('holds for every operation, role and side', async () => {
    const wrong: string[] = [];
    let cells = 0;
    for (const { key, permission } of documented.filter((one) => one.key in OPERATIONS)) {
      for (const role of ROLES) {
        for (const side of ['own', 'foreign'] as const) {
          const { status, text } = await call(key, side, tokens.get(role));
          const wanted = expected(key, permission, role, side);
          cells += 1;
          if (status !== wanted)
            wrong.push(`${key} as ${role}, ${side}: ${status} instead of ${wanted}: ${text}`);
        }
      }
    }
    process.stdout.write(`permission matrix: ${cells} cells\n`);
    expect(wrong).toEqual([]);
  }, 120_000);

  it('shows a scoped caller nothing foreign in any answer', async () => {
    const leaks: string[] = [];
    for (const key of Object.keys(OPERATIONS)) {
      for (const role of SCOPED_ROLES) {
        const { status, text } = await call(key, 'own', tokens.get(role));
        if (status < 300 && text.includes(FOREIGN)) leaks.push(`${key} as ${role}: ${text}`);
      }
    }
    expect(leaks).toEqual([]);
  }, 120_000);

  it.each(PROBES)('finds nothing by %s', async (path) => {
    const asRoot = await controller.get<Page<unknown>>(path);
    expect(asRoot.total).toBeGreaterThan(0);
    for (const role of SCOPED_ROLES) {
      await expect(controller.get<Page<unknown>>(path, tokens.get(role))).resolves.toMatchObject({
        items: [],
        total: 0,
      });
    }
  });

  it('counts only what the caller may see', async () => {
    const overview = await controller.apiWith(tokens.get('viewer')).getOverview();
    expect(overview.organizations.total).toBe(2);
    expect(overview.orchestrators.connected).toBe(1);
    const messages = await controller.apiWith(tokens.get('viewer')).listMessages();
    const counted = Object.values(overview.messages).reduce((sum, count) => sum + count, 0);
    expect(counted).toBeLessThanOrEqual(messages.total);
    expect(counted).toBeGreaterThan(0);
  });

  it('refuses missing, forged and expired credentials', async () => {
    for (const key of Object.keys(OPERATIONS)) {
      expect((await call(key, 'own', undefined)).status).toBe(401);
      expect((await call(key, 'own', `${TOKEN}x`)).status).toBe(403);
      expect((await call(key, 'own', `mat_${'x'.repeat(43)}`)).status).toBe(403);
    }
  });
});
