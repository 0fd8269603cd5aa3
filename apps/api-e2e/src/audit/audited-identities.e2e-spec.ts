import type { ApiToken, AuditEntry, Session, User } from '@moolai/contracts';
import { TOKEN, type Method } from '../support/test-controller.js';
import { useController } from '../support/use-controller.js';
import { Blockade } from './blockade.js';
import { API, MASK } from './audited-case.js';
import { IDENTITY_ROUTES } from './audited-cases.js';

const PASSWORD = 'hunter2 and more';
const NEXT_PASSWORD = 'hunter2 and even more';

describe('the audit log of users, tokens and sessions', () => {
  const controller = useController();
  let blockade: Blockade;
  const called = new Set<string>();

  beforeAll(async () => {
    blockade = await Blockade.of(controller.database);
    await controller.organization('org-a');
  });

  async function entries(): Promise<AuditEntry[]> {
    return (await controller.api.listAuditEntries({ sort: 'position', page_size: 200 })).items;
  }

  /** Calls a route; returns its answer and the entries that it leaves. */
  async function call<T>(
    route: string,
    path: string,
    body?: object,
    token = TOKEN,
    isRepeated = false,
  ): Promise<{ data: T; added: AuditEntry[]; requestId: string }> {
    called.add(`${route.split(' ')[0]} ${API}${route.split(' ')[1]}`);
    const before = await entries();
    const method = route.split(' ')[0]?.toLowerCase() as Method;
    const request = () => controller.request(method, `/internal${path}`, token).send(body);
    const refused = async (): Promise<void> => {
      expect((await request()).status).toBe(500);
      await expect(entries()).resolves.toEqual(before);
    };
    if (!isRepeated) {
      await blockade.ofRecords(refused);
      await blockade.ofChanges(refused);
    }
    const response = await request();
    expect(response.body).toMatchObject({ success: true });
    const added = (await entries()).slice(before.length);
    const text = JSON.stringify(added);
    for (const secret of ['hunter2', 'mat_', 'argon2']) expect(text).not.toContain(secret);
    const requestId = response.headers['x-request-id'] as string;
    for (const entry of added) expect(entry).toMatchObject({ address: '127.0.0.1', request_id: requestId });
    return { data: (response.body as { data: T }).data, added, requestId };
  }

  it('records the first superadmin with the actor system', async () => {
    const [first] = await entries();
    expect(first).toMatchObject({
      action: 'user.created',
      actor_kind: 'system',
      organization_id: null,
      after: { role: 'superadmin', password: MASK },
    });
    expect(JSON.stringify(first)).not.toContain('argon2');
  });

  it('records users and password changes, without the passwords', async () => {
    const fields = { email: 'eve@example.com', role: 'viewer', organization_ids: ['org-a'] };
    const { data: user, added } = await call<User>('POST /users', '/users', {
      ...fields,
      password: PASSWORD,
    });
    expect(added).toEqual([
      expect.objectContaining({
        action: 'user.created',
        actor_kind: 'dev_token',
        organization_id: 'org-a',
        target_type: 'user',
        target_id: user.user_id,
        before: null,
        after: { ...fields, name: fields.email, is_active: true, password: MASK },
      }),
    ]);
    const path = `/users/${user.user_id}`;
    const change = await call('PATCH /users/{id}', path, { role: 'operator', password: NEXT_PASSWORD });
    expect(change.added).toEqual([
      expect.objectContaining({
        action: 'user.changed',
        before: { role: 'viewer', password: MASK },
        after: { role: 'operator', password: MASK },
      }),
    ]);
    const session = await controller.signIn(fields.email, NEXT_PASSWORD);
    const passwords = { current_password: NEXT_PASSWORD, new_password: PASSWORD };
    const own = await call('POST /auth/password', '/auth/password', passwords, session.access_token);
    expect(own.added).toEqual([
      expect.objectContaining({
        action: 'user.password_changed',
        actor_kind: 'user',
        actor_id: user.user_id,
        actor_name: fields.email,
        before: { password: MASK },
        after: { password: MASK },
      }),
    ]);
    const removal = await call('DELETE /users/{id}', path);
    expect(removal.added).toEqual([
      expect.objectContaining({
        action: 'user.deleted',
        target_id: user.user_id,
        before: { ...fields, name: fields.email, role: 'operator', is_active: true, password: MASK },
        after: null,
      }),
    ]);
  });

  it('records failed sign-ins with the reason, which the answer does not reveal', async () => {
    const user = await controller.user('viewer', 'org-a');
    const inactive = await controller.user('viewer', 'org-a');
    await controller.api.changeUser(inactive.user.user_id, { is_active: false });
    const before = await entries();
    const attempts = [
      { email: user.user.email.toUpperCase(), reason: 'wrong_password', id: user.user.user_id, org: 'org-a' },
      { email: inactive.user.email, reason: 'inactive', id: inactive.user.user_id, org: 'org-a' },
      { email: 'nobody@example.com', reason: 'unknown_user', id: 'unknown', org: null },
    ];
    const details = new Set<string>();
    for (const { email } of attempts) {
      const credentials = { email, password: PASSWORD };
      details.add((await controller.api.login(credentials).expect(403)).error.detail);
    }
    expect(details.size).toBe(1);
    const added = (await entries()).slice(before.length);
    expect(added).toEqual(
      attempts.map(
        ({ email, reason, id, org }) =>
          expect.objectContaining({
            action: 'session.refused',
            actor_kind: 'system',
            address: '127.0.0.1',
            organization_id: org,
            target_type: 'user',
            target_id: id,
            before: null,
            after: { email, reason },
          }) as unknown,
      ),
    );
    expect(JSON.stringify(added)).not.toContain('hunter2');
  });

  it('records sessions from start to end', async () => {
    const user = await controller.user('viewer', 'org-a');
    const started = await call<{ access_token: string; refresh_token: string }>(
      'POST /auth/login',
      '/auth/login',
      { email: user.user.email, password: user.password },
    );
    const sessionId = started.data.refresh_token.split('.')[0];
    const place = {
      actor_kind: 'user',
      actor_name: user.user.email,
      organization_id: 'org-a',
      target_type: 'session',
    };
    expect(started.added).toEqual([
      expect.objectContaining({ ...place, action: 'session.started', target_id: sessionId, before: null }),
    ]);
    const ended = await call(
      'DELETE /auth/sessions/{id}',
      `/auth/sessions/${sessionId}`,
      undefined,
      user.access_token,
    );
    expect(ended.added).toEqual([
      expect.objectContaining({
        ...place,
        action: 'session.ended',
        target_id: sessionId,
        after: { end_reason: 'ended_by_user' },
      }),
    ]);
    const out = await call('POST /auth/logout', '/auth/logout', {}, user.access_token);
    expect(out.added).toEqual([
      expect.objectContaining({ ...place, action: 'session.ended', after: { end_reason: 'signed_out' } }),
    ]);
  });

  it('records a reused refresh token with the actor system', async () => {
    const { refresh_token } = await controller.user('viewer', 'org-a');
    const refresh = (token: string) =>
      controller.anonymous.post(`${API}/auth/refresh`).send({ refresh_token: token });
    const { body } = (await refresh(refresh_token).expect(200)) as { body: { data: Session } };
    await refresh(body.data.refresh_token ?? '').expect(200);
    await refresh(refresh_token).expect(403);
    expect((await entries()).at(-1)).toMatchObject({
      action: 'session.ended',
      actor_kind: 'system',
      target_id: refresh_token.split('.')[0],
      after: { end_reason: 'reused_token' },
    });
  });

  it('records API tokens without the token itself, and one revocation each', async () => {
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    const fields = { name: 'ci', role: 'viewer', organization_ids: ['org-a'], expires_at };
    const { data: token, added } = await call<ApiToken>('POST /api-tokens', '/api-tokens', fields);
    expect(added).toEqual([
      expect.objectContaining({
        action: 'api_token.created',
        organization_id: 'org-a',
        target_type: 'api_token',
        target_id: token.token_id,
        after: { ...fields, revoked_at: null },
      }),
    ]);
    const path = `/api-tokens/${token.token_id}`;
    const revoked = await call('DELETE /api-tokens/{id}', path);
    expect(revoked.added).toEqual([
      expect.objectContaining({
        action: 'api_token.revoked',
        before: { revoked_at: null },
        after: { revoked_at: expect.stringMatching(/Z$/) as unknown },
      }),
    ]);
    const again = await call('DELETE /api-tokens/{id}', path, undefined, TOKEN, true);
    expect(again.added).toEqual([]);
  });

  it('covers every one of these routes', () => {
    expect([...called].sort()).toEqual([...IDENTITY_ROUTES].sort());
  });
});
