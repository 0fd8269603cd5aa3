import type { CurrentUser, Session } from '@moolai/contracts';
import { FakeClock, waitUntil } from '@moolai/testing';
import type { SignedInSession } from '../support/test-controller.js';
import { useController } from '../support/use-controller.js';

const ADMIN = { email: 'admin@example.com', password: 'a password of tests' };
const AUTH = '/api/v1/internal/auth';

describe('a session', () => {
  const controller = useController();

  const signIn = (): Promise<SignedInSession> => controller.signIn(ADMIN.email, ADMIN.password);
  const me = (token: string) => controller.apiWith(token).getCurrentUser();
  const refresh = (token: string) =>
    controller.anonymous.post(`${AUTH}/refresh`).send({ refresh_token: token });

  it('is stored with the digest of its refresh token only', async () => {
    const { refresh_token } = await signIn();
    const rows = await controller.database.query<{ row: string }>(
      'SELECT sessions::text AS row FROM sessions',
    );
    expect(rows.length).toBeGreaterThan(0);
    const secret = refresh_token.split('.')[1] ?? '';
    for (const { row } of rows) {
      expect(row).not.toContain(secret);
      expect(row).not.toContain(Buffer.from(secret, 'base64url').toString('hex'));
    }
  });

  it('ends when the user signs out: neither token remains valid', async () => {
    const { access_token, refresh_token } = await signIn();
    await expect(controller.apiWith(access_token).logout({})).resolves.toMatchObject({
      session_id: refresh_token.split('.')[0],
    });
    await me(access_token).expect(403);
    await refresh(refresh_token).expect(403);
  });

  it('ends by its refresh token, but not by its id, for a caller without a session', async () => {
    const { access_token, refresh_token } = await signIn();
    const end = (token: string) => controller.api.logout({ refresh_token: token });
    const id = refresh_token.split('.')[0] ?? '';
    await expect(end(`${id}.guessed`)).resolves.toMatchObject({ session_id: null });
    await me(access_token).expect(200);
    await expect(end(refresh_token)).resolves.toMatchObject({ session_id: id });
    await me(access_token).expect(403);
  });

  it('does not end by a guessed token with its id', async () => {
    const { access_token, refresh_token } = await signIn();
    const id = refresh_token.split('.')[0] ?? '';
    await refresh(`${id}.guess`).expect(403);
    await refresh(`${id}.guess.${refresh_token.split('.')[2] ?? ''}`).expect(403);
    await me(access_token).expect(200);
    await refresh(refresh_token).expect(200);
  });

  it('ends when the user is deactivated, and stays ended when the user is reactivated', async () => {
    const user = await controller.user('viewer', 'org-001');
    const change = (is_active: boolean) => controller.api.changeUser(user.user.user_id, { is_active });
    await change(false);
    await change(true);
    await me(user.access_token).expect(403);
    await refresh(user.refresh_token).expect(403);
    await controller.signIn(user.user.email, user.password);
  });

  it('ends with its access tokens when a refresh token is reused after its successor', async () => {
    const first = await signIn();
    const second = await refreshed(first.refresh_token);
    const third = await refreshed(second.refresh_token);
    await me(third.access_token).expect(200);
    await refresh(first.refresh_token).expect(403);
    await me(third.access_token).expect(403);
    await refresh(third.refresh_token).expect(403);
  });

  it('continues when one refresh token is sent many times at once, with the same next one for all', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { refresh_token } = await signIn();
      const answers = await Promise.all(Array.from({ length: 8 }, () => refreshed(refresh_token)));
      const [next, ...others] = [...new Set(answers.map((answer) => answer.refresh_token))];
      expect(others).toEqual([]);
      for (const { access_token } of answers) await me(access_token).expect(200);
      await refresh(next ?? '').expect(200);
      await refresh(refresh_token).expect(403);
    }
  });

  it('continues after the answer to a refresh was lost', async () => {
    const { refresh_token } = await signIn();
    const lost = await refreshed(refresh_token);
    const again = await refreshed(refresh_token);
    expect(again.refresh_token).toBe(lost.refresh_token);
    await refresh(again.refresh_token).expect(200);
  });

  it('is listed, and can be ended individually', async () => {
    const user = await controller.user('viewer', 'org-001');
    const other = await controller.signIn(user.user.email, user.password);
    const list = await controller.apiWith(user.access_token).listSessions();
    expect(list.map((one) => one.is_current)).toEqual([false, true]);
    expect(list[0]).toMatchObject({ address: '127.0.0.1', session_id: other.refresh_token.split('.')[0] });
    const id = list[0]?.session_id ?? '';
    const stranger = await controller.user('viewer', 'org-001');
    await controller.apiWith(stranger.access_token).endSession(id).expect(404);
    await controller.apiWith(user.access_token).endSession(id);
    await controller.apiWith(user.access_token).endSession(id).expect(404);
    await me(other.access_token).expect(403);
    await me(user.access_token).expect(200);
  });

  it('ends when the password is changed, except the one that changes it', async () => {
    const user = await controller.user('operator', 'org-001');
    const other = await controller.signIn(user.user.email, user.password);
    const change = (current_password: string, new_password: string) =>
      controller.apiWith(user.access_token).changePassword({ current_password, new_password });
    await change('not the password at all', 'a new password of mine').expect(403);
    await change(user.password, 'too short').expect(400);
    await change(user.password, 'a new password of mine').expect(200);
    await me(other.access_token).expect(403);
    await me(user.access_token).expect(200);
    await controller.signIn(user.user.email, 'a new password of mine');
    await controller.anonymous
      .post(`${AUTH}/login`)
      .send({ email: user.user.email, password: user.password })
      .expect(403);
  });

  it.each([
    ['deactivated', `UPDATE users SET is_active = false`],
    ['deleted', `DELETE FROM users`],
  ])('of a user who is %s by plain SQL is refused immediately', async (_, statement) => {
    const user = await controller.user('viewer', 'org-001');
    await me(user.access_token).expect(200);
    await controller.database.query(`${statement} WHERE email = '${user.user.email}'`);
    await untilRefused(user.access_token);
    await refresh(user.refresh_token).expect(403);
  });

  it("has the user's current rights", async () => {
    const user = await controller.user('operator', 'org-001');
    const { user_id } = user.user;
    await controller.api.changeUser(user_id, { role: 'viewer', organization_ids: ['org-001'] });
    await waitUntil('it holds', async () => (await current(user.access_token)).role === 'viewer');
    await controller
      .apiWith(user.access_token)
      .changeOrganizationSettings('org-001', { settings: {} })
      .expect(403);
  });

  async function refreshed(token: string): Promise<SignedInSession> {
    return ((await refresh(token).expect(200)).body as { data: SignedInSession }).data;
  }

  async function current(token: string): Promise<CurrentUser> {
    return controller.apiWith(token).getCurrentUser();
  }

  async function untilRefused(token: string): Promise<void> {
    await waitUntil('it holds', async () => (await me(token).answer()).status === 403);
  }
});

describe("a browser's session", () => {
  const controller = useController({ env: { CORS_ORIGINS: 'https://console.example.com' } });

  async function signInWithCookie(): Promise<{ cookie: string; session: Session }> {
    const response = await controller.anonymous
      .post(`${AUTH}/login`)
      .send({ ...ADMIN, use_cookie: true })
      .expect(200);
    return {
      cookie: response.headers['set-cookie']?.[0] ?? '',
      session: (response.body as { data: Session }).data,
    };
  }

  const refresh = (cookie: string, headers: Record<string, string> = {}) =>
    controller.anonymous
      .post(`${AUTH}/refresh`)
      .set({ cookie: cookie.split(';')[0] ?? '', ...headers })
      .send({});

  it('keeps its refresh token inaccessible to scripts and other sites', async () => {
    const { cookie, session } = await signInWithCookie();
    expect(cookie).toMatch(
      /^moolai_refresh=[^;]+; Max-Age=43200; Path=\/api\/v1\/internal\/auth; HttpOnly; SameSite=Strict$/,
    );
    expect(session.refresh_token).toBeNull();
  });

  it('continues by cookie, each time with a new one', async () => {
    const { cookie } = await signInWithCookie();
    const response = await refresh(cookie).expect(200);
    const next = response.headers['set-cookie']?.[0] ?? '';
    expect(next.split(';')[0]).not.toBe(cookie.split(';')[0]);
    expect((response.body as { data: Session }).data.refresh_token).toBeNull();
    const twice = await refresh(cookie).expect(200);
    expect(twice.headers['set-cookie']?.[0]?.split(';')[0]).toBe(next.split(';')[0]);
  });

  it('cannot be used by a page of another origin', async () => {
    const { cookie } = await signInWithCookie();
    await refresh(cookie, { origin: 'https://evil.example' }).expect(403);
    await refresh(cookie, { origin: 'https://console.example.com' }).expect(200);
  });

  it('can be used by a page of its own origin', async () => {
    const { cookie } = await signInWithCookie();
    await refresh(cookie, { origin: controller.url }).expect(200);
  });

  it('ends, including the cookie, when the user signs out', async () => {
    const { cookie, session } = await signInWithCookie();
    const out = await controller.apiWith(session.access_token).logout({}).expect(200);
    expect(out.headers['set-cookie']).toMatch(/^moolai_refresh=; .*Expires=Thu, 01 Jan 1970/);
    await refresh(cookie).expect(403);
  });
});

describe('a restart', () => {
  const controller = useController();

  it('keeps sessions', async () => {
    const { access_token, refresh_token } = await controller.signIn(ADMIN.email, ADMIN.password);
    await controller.restart();
    await controller.apiWith(access_token).getCurrentUser();
    await controller.anonymous.post(`${AUTH}/refresh`).send({ refresh_token }).expect(200);
  });
});

describe('an unused session', () => {
  const clock = new FakeClock('2026-06-01T00:00:00.000Z');
  const controller = useController({ clock });

  it('ends after 12 hours', async () => {
    const first = await controller.signIn(ADMIN.email, ADMIN.password);
    clock.advance(11 * 3_600_000);
    const second = await controller.anonymous
      .post(`${AUTH}/refresh`)
      .send({ refresh_token: first.refresh_token })
      .expect(200);
    clock.advance(12 * 3_600_000 + 1);
    await controller.anonymous
      .post(`${AUTH}/refresh`)
      .send({ refresh_token: (second.body as { data: SignedInSession }).data.refresh_token })
      .expect(403);
  });
});

describe('guessing passwords', () => {
  const controller = useController({ env: { LOGIN_MAX_FAILURES: '3', TRUST_PROXY: '1' } });

  const attempt = (email: string, password: string, address = '192.0.2.1') =>
    controller.anonymous.post(`${AUTH}/login`).set('x-forwarded-for', address).send({ email, password });

  it.each(['admin@example.com', 'nobody@example.com'])('of %s is slowed down', async (email) => {
    for (let n = 0; n < 3; n += 1) await attempt(email, `guess ${n}`).expect(403);
    const refused = await attempt(email, 'a password of tests').expect(429);
    expect(refused.body).toMatchObject({ error: 'rate_limited' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(800);
  });

  it('is also slowed down when all guesses arrive at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) => attempt('crowd@example.com', `guess ${n}`, '192.0.2.2')),
    );
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(3);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(27);
  });

  it('of one account does not lock out another', async () => {
    const { email, password } = await controller.user('viewer', 'org-001').then(({ user, password }) => ({
      email: user.email,
      password,
    }));
    await attempt(email, password, '192.0.2.3').expect(200);
  });

  it('from one IPv6 network counts together', async () => {
    for (let n = 0; n < 3; n += 1) {
      await attempt('six@example.com', `guess ${n}`, `2001:db8::${n}:1:1:1`).expect(403);
    }
    await attempt('six@example.com', 'another', '2001:db8::ffff:2:2:2').expect(429);
  });
});

describe('replacing the secret that signs tokens', () => {
  const [old, next] = ['the old secret of these tests, long', 'the new secret of these tests, long'];
  const controller = useController({ env: { JWT_SECRET: old } });

  it('keeps tokens valid that the previous one signed, while it is configured', async () => {
    const { access_token } = await controller.signIn(ADMIN.email, ADMIN.password);
    await controller.restart({ env: { JWT_SECRET: next, JWT_SECRET_PREVIOUS: old } });
    await controller.apiWith(access_token).getCurrentUser();
    await controller.restart({ env: { JWT_SECRET: next } });
    await controller.apiWith(access_token).getCurrentUser().expect(403);
  });
});
