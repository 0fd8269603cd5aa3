import type { Session } from '@moolai/contracts';
import { FakeClock } from '@moolai/testing';
import type { Response } from 'supertest';
import { useController } from '../support/use-controller.js';

const ADMIN = { email: 'admin@example.com', password: 'a password of tests' };
const AUTH = '/api/v1/internal/auth';
const GRACE_MS = 10_000;

/** The refresh token in a browser's cookies; other cookies identify the device. */
function cookieOf(headers: Response['headers']): string | undefined {
  const set = (headers['set-cookie'] as unknown as string[] | undefined) ?? [];
  return set.find((text) => text.startsWith('moolai_refresh='))?.split(';')[0];
}

describe('the refresh token before the newest one', () => {
  const clock = new FakeClock('2026-06-01T00:00:00.000Z');
  const controller = useController({ clock });

  const refresh = (token: string) =>
    controller.anonymous.post(`${AUTH}/refresh`).send({ refresh_token: token });

  async function refreshed(token: string): Promise<string> {
    const answer = await refresh(token).expect(200);
    return (answer.body as { data: Session }).data.refresh_token ?? '';
  }

  /** A browser: its tabs share the cookie, and each answer replaces it. */
  async function openBrowser() {
    const session = { cookie: '', accessToken: '' };
    const take = (response: Response): void => {
      session.cookie = cookieOf(response.headers) ?? '';
      session.accessToken = (response.body as { data: Session }).data.access_token;
    };
    const login = await controller.anonymous
      .post(`${AUTH}/login`)
      .send({ ...ADMIN, use_cookie: true })
      .expect(200);
    session.cookie = cookieOf(login.headers) ?? '';
    const ask = (cookie: string) => controller.anonymous.post(`${AUTH}/refresh`).set({ cookie }).send({});
    return {
      session,
      ask,
      wakeUp: async (): Promise<void> => take(await ask(session.cookie).expect(200)),
    };
  }

  it('returns the same next one for ten seconds, and then ends the session', async () => {
    const { refresh_token: former } = await controller.signIn(ADMIN.email, ADMIN.password);
    const next = await refreshed(former);
    clock.advance(GRACE_MS - 1);
    expect(await refreshed(former)).toBe(next);
    clock.advance(2);
    await refresh(former).expect(403);
    await refresh(next).expect(403);
  });

  it('does so in a cookie even if a faster tab has exchanged the next one', async () => {
    const { session, ask, wakeUp } = await openBrowser();
    clock.advance(3_600_000);
    const former = session.cookie;
    await wakeUp();
    const next = session.cookie;
    expect(next).not.toBe(former);
    await wakeUp();
    expect(session.cookie).toBe(next);
    const late = await ask(former).expect(200);
    expect(cookieOf(late.headers)).toBe(next);
    clock.advance(GRACE_MS + 1);
    await wakeUp();
    expect(session.cookie).not.toBe(next);
    const reused = await ask(former).expect(403);
    expect(reused.headers['set-cookie']?.[0]).toMatch(/^moolai_refresh=; /);
    await ask(session.cookie).expect(403);
  });

  it('keeps four tabs signed in that wake up at once without a common lock', async () => {
    const { session, wakeUp } = await openBrowser();
    for (let round = 0; round < 10; round += 1) {
      clock.advance(15 * 60_000);
      // Each tab sends several requests in a row, some with tokens that others have exchanged meanwhile.
      const tab = async (): Promise<void> => {
        for (let request = 0; request < 5; request += 1) await wakeUp();
      };
      await Promise.all([tab(), tab(), tab(), tab()]);
    }
    await controller.request('get', '/internal/auth/me', session.accessToken).expect(200);
  });
});
