import { PERMISSIONS, type CurrentUser } from '@moolai/contracts';
import { FakeClock } from '@moolai/testing';
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import type { SignedInSession } from '../support/test-controller.js';
import { useController } from '../support/use-controller.js';

const CREDENTIALS = { email: 'admin@example.com', password: 'a password of tests' };
const SECRET = 'a secret of the tests, long enough for HS256';

describe('signing in', () => {
  const clock = new FakeClock('2026-06-01T00:00:00.000Z');
  const controller = useController({ clock, env: { JWT_SECRET: SECRET } });

  const signIn = (): Promise<SignedInSession> => controller.signIn(CREDENTIALS.email, CREDENTIALS.password);

  function me(token: string) {
    return controller.anonymous.get('/api/v1/internal/auth/me').auth(token, { type: 'bearer' });
  }

  function refresh(token: string) {
    return controller.anonymous.post('/api/v1/internal/auth/refresh').send({ refresh_token: token });
  }

  it('returns a token that identifies the user', async () => {
    const session = await signIn();
    expect(session).toEqual({
      access_token: expect.any(String) as string,
      token_type: 'bearer',
      expires_in: 900,
      refresh_token: expect.any(String) as string,
      user: {
        user_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        email: 'admin@example.com',
        role: 'superadmin',
        organization_ids: null,
        permissions: PERMISSIONS,
      },
    });
    const response = await me(session.access_token).expect(200);
    expect((response.body as { data: CurrentUser }).data).toEqual(session.user);
  });

  it('gives the same answer for a wrong password and an unknown user', async () => {
    const attempt = async (body: object): Promise<unknown> => {
      const response = await controller.anonymous.post('/api/v1/internal/auth/login').send(body).expect(403);
      const { error, detail } = response.body as { error: string; detail: string };
      return { error, detail };
    };
    const wrong = await attempt({ ...CREDENTIALS, password: 'guess' });
    const unknown = await attempt({ ...CREDENTIALS, email: 'who@example.com' });
    expect(wrong).toMatchObject({ error: 'forbidden' });
    expect(unknown).toEqual(wrong);
    await controller.anonymous.post('/api/v1/internal/auth/login').send({ email: 'x' }).expect(400);
  });

  it('refuses a token after 15 minutes', async () => {
    const { access_token } = await signIn();
    clock.advance(899_000);
    await me(access_token).expect(200);
    clock.advance(2_000);
    await me(access_token).expect(403);
  });

  it('continues a session, each refresh token once, and ends it when one is reused later', async () => {
    const first = await signIn();
    const second = (await refresh(first.refresh_token).expect(200)).body as { data: SignedInSession };
    clock.advance(9_000);
    await refresh(first.refresh_token).expect(200);
    await me(second.data.access_token).expect(200);
    clock.advance(2_000);
    await refresh(first.refresh_token).expect(403);
    await refresh(second.data.refresh_token).expect(403);
    await refresh('never-given').expect(403);
  });

  it('ends a session when a token is reused after the clock was set back', async () => {
    const first = await signIn();
    const second = (await refresh(first.refresh_token).expect(200)).body as { data: SignedInSession };
    clock.shiftWallClock(-3_600_000);
    await refresh(first.refresh_token).expect(403);
    clock.shiftWallClock(3_600_000);
    await refresh(second.data.refresh_token).expect(403);
  });

  it('refuses tokens that are forged, unsigned, for another audience, or malformed', async () => {
    const key = new TextEncoder().encode(SECRET);
    const { access_token } = await signIn();
    const { kid } = decodeProtectedHeader(access_token);
    const { sub, ...claims } = decodeJwt(access_token);
    const nowSec = Math.floor(clock.nowMs() / 1000);
    const token = (issuer: string, audience: string, alg = 'HS256', secret = key): Promise<string> =>
      new SignJWT(claims)
        .setProtectedHeader({ alg, kid })
        .setSubject(sub ?? '')
        .setIssuer(issuer)
        .setAudience(audience)
        .setExpirationTime(nowSec + 60)
        .sign(secret);
    await me(await token('moolai-controller', 'moolai-api')).expect(200);
    const other = new TextEncoder().encode('another secret that is also long enough');
    for (const bad of [
      await token('someone-else', 'moolai-api'),
      await token('moolai-controller', 'another-api'),
      await token('moolai-controller', 'moolai-api', 'HS512'),
      await token('moolai-controller', 'moolai-api', 'HS256', other),
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ ...claims, sub })).toString('base64url')}.`,
      'not-a-token',
    ]) {
      await me(bad).expect(403);
    }
  });

  it('answers 401 without credentials, and 403 for another kind of them', async () => {
    const bare = (): ReturnType<typeof me> => controller.anonymous.get('/api/v1/internal/auth/me');
    const response = await bare().expect(401);
    expect(response.body).toMatchObject({ error: 'unauthorized' });
    await bare().auth('admin@example.com', 'a password of tests').expect(403);
  });

  it('never logs a password or a token', async () => {
    const { access_token, refresh_token } = await signIn();
    await me(access_token);
    const log = controller.log.text();
    for (const secret of [CREDENTIALS.password, access_token, refresh_token])
      expect(log).not.toContain(secret);
  });
});

describe('routes', () => {
  const controller = useController();

  it('require credentials, except health, login and refresh', async () => {
    const response = await controller.anonymous.get('/api/docs-json').expect(200);
    const { paths } = response.body as { paths: Record<string, Record<string, unknown>> };
    const open: string[] = [];
    for (const [path, operations] of Object.entries(paths)) {
      for (const method of Object.keys(operations) as ('get' | 'post' | 'put')[]) {
        const { status } = await controller.anonymous[method](path.replaceAll(/\{\w+\}/g, 'some-id'));
        if (status !== 401) open.push(`${method} ${path} ${status}`);
      }
    }
    expect(open.sort()).toEqual([
      'get /api/v1/controller/health 200',
      'get /api/v1/internal/health 200',
      'post /api/v1/internal/auth/login 400',
      'post /api/v1/internal/auth/refresh 400',
    ]);
  });
});
