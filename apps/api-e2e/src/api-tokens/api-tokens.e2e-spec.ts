import { type CreatedApiToken, API_TOKEN_STATUSES } from '@moolai/contracts';
import { FakeClock, waitUntil, wrong } from '@moolai/testing';
import { useController } from '../support/use-controller.js';

const DAY_MS = 86_400_000;

describe('an API token', () => {
  const controller = useController();

  beforeAll(async () => {
    await controller.organization('org-a');
    await controller.organization('org-b');
  });

  const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();

  async function create(more: object = {}, token?: string): Promise<CreatedApiToken> {
    const body = {
      name: 'nightly',
      role: 'viewer' as const,
      organization_ids: ['org-a'],
      expires_at: inDays(30),
      ...more,
    };
    return controller.apiWith(token).createApiToken(body);
  }

  const me = (token: string) => controller.apiWith(token).getCurrentUser();

  it('has the permissions of its role, in its organizations', async () => {
    const { token } = await create();
    await expect(controller.apiWith(token).getCurrentUser()).resolves.toMatchObject({
      email: 'token:nightly',
      role: 'viewer' as const,
      organization_ids: ['org-a'],
    });
    const { items } = await controller.apiWith(token).listOrganizations();
    expect(items.map((one) => one.organization_id)).toEqual(['org-a']);
    await controller.apiWith(token).createApiToken(wrong({})).expect(403);
  });

  it('is shown once, and stored as a digest', async () => {
    const { token, token_id, hint } = await create();
    expect(token).toMatch(/^mat_[\w-]{43}$/);
    expect(token.startsWith(hint)).toBe(true);
    const listed = JSON.stringify(await controller.api.listApiTokens({ page_size: 200 }));
    expect(listed).toContain(token_id);
    expect(listed).not.toContain(token);
    const [row] = await controller.database.query<{ row: string }>(
      `SELECT api_tokens::text AS row FROM api_tokens WHERE token_id = '${token_id}'`,
    );
    expect(row?.row).not.toContain(token.slice(hint.length));
    expect(controller.log.text()).not.toContain(token);
  });

  it('records the time and address of its last use', async () => {
    const { token, token_id } = await create({ name: 'used' });
    await me(token).expect(200);
    const used = await waitUntil('the use is written', async () => {
      const { items } = await controller.api.listApiTokens({ search: 'used' });
      return items.find((one) => one.token_id === token_id && one.last_used_at !== null);
    });
    expect(used.last_used_address).toBe('127.0.0.1');
  });

  it('is refused immediately after a revocation, also by plain SQL', async () => {
    const byApi = await create();
    await me(byApi.token).expect(200);
    await expect(controller.api.revokeApiToken(byApi.token_id)).resolves.toMatchObject({
      status: 'revoked',
      revoked_by: 'dev-token@controller',
    });
    await waitUntil('it is refused', async () => (await me(byApi.token).answer()).status === 403);
    const bySql = await create();
    await me(bySql.token).expect(200);
    await controller.database.query(`DELETE FROM api_tokens WHERE token_id = '${bySql.token_id}'`);
    await waitUntil('it is refused', async () => (await me(bySql.token).answer()).status === 403);
  });

  it('cannot exceed the rights of its creator', async () => {
    const { access_token } = await controller.user('admin', 'org-a');
    const refuse = (more: object, status: number) =>
      controller
        .apiWith(access_token)
        .createApiToken({
          name: 'x',
          role: 'viewer' as const,
          organization_ids: ['org-a'],
          expires_at: inDays(1),
          ...more,
        })
        .expect(status);
    await refuse({ role: 'superadmin', organization_ids: [] }, 403);
    await refuse({ organization_ids: ['org-b'] }, 400);
    await refuse({ organization_ids: [] }, 400);
    await refuse({ expires_at: inDays(-1) }, 400);
    await refuse({ expires_at: inDays(400) }, 400);
    await refuse({ expires_at: 'never' }, 400);
    const foreign = await create({ organization_ids: ['org-b'] });
    await controller.apiWith(access_token).revokeApiToken(foreign.token_id).expect(404);
    const { items } = await controller.apiWith(access_token).listApiTokens({ page_size: 200 });
    expect(items.map((one) => one.token_id)).not.toContain(foreign.token_id);
    await me(foreign.token).expect(200);
  });

  it('is listed by state', async () => {
    await controller.database.query(
      `UPDATE api_tokens SET expires_at = now() - interval '1 s' WHERE token_id =
         (SELECT token_id FROM api_tokens WHERE revoked_at IS NULL LIMIT 1)`,
    );
    for (const status of API_TOKEN_STATUSES) {
      const { items } = await controller.api.listApiTokens({ page_size: 200, status });
      expect(new Set(items.map((one) => one.status))).toEqual(new Set([status]));
    }
  });
});

describe('the expiry of an API token', () => {
  const clock = new FakeClock(new Date().toISOString());
  const controller = useController({ clock });

  it('applies to a token in use', async () => {
    await controller.organization('org-a');
    const body = {
      name: 'short',
      role: 'viewer' as const,
      organization_ids: ['org-a'],
      expires_at: new Date(clock.nowMs() + DAY_MS).toISOString(),
    };
    const { token } = await controller.api.createApiToken(body);
    const me = () => controller.apiWith(token).getCurrentUser();
    await me().expect(200);
    clock.advance(DAY_MS + 1);
    await me().expect(403);
  });
});
