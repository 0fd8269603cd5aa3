import type { AuditEntry } from '@moolai/contracts';
import type { Response } from 'supertest';
import { TestController, type SignedInSession } from '../support/test-controller.js';
import { useController } from '../support/use-controller.js';

const LOGIN = '/api/v1/internal/auth/login';
const ROOT = { email: 'admin@example.com', password: 'a password of tests' };

/** A sign-in from this address, with the cookies of a browser. */
function attempt(controller: TestController, email: string, password: string, address: string, cookie = '') {
  return controller.anonymous
    .post(LOGIN)
    .set('x-forwarded-for', address)
    .set('cookie', cookie)
    .send({ email, password });
}

/** Tries wrong passwords in sequence; returns how often each status occurred. */
async function guess(
  controller: TestController,
  count: number,
  email: string,
  address: string,
  cookie?: string,
): Promise<Record<number, number>> {
  const statuses: Record<number, number> = {};
  for (let n = 0; n < count; n += 1) {
    const { status } = await attempt(controller, email, `guess ${n}`, address, cookie);
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
  return statuses;
}

describe('55 wrong passwords from one address', () => {
  it('lock the superadmin out there, and nowhere else', async () => {
    const controller = await TestController.start({ env: { TRUST_PROXY: '1' } });
    await expect(guess(controller, 55, ROOT.email, '192.0.2.1')).resolves.toEqual({ 403: 10, 429: 45 });
    await attempt(controller, ROOT.email, ROOT.password, '192.0.2.1').expect(429);
    await attempt(controller, ROOT.email, ROOT.password, '192.0.2.2').expect(200);
    await controller.dispose();
  });
});

describe('guessed passwords', () => {
  /** Limits per account and address, and per account or address. */
  const [OWN, SHARED] = [3, 15];
  const controller = useController({
    env: { TRUST_PROXY: '1', LOGIN_MAX_FAILURES: String(OWN) },
  });
  let user: SignedInSession & { password: string };
  let email: string;
  /** A subnet that no other test uses. */
  let subnet: string;
  let subnetCount = 0;

  beforeEach(async () => {
    user = await controller.user('viewer', 'org-001');
    ({ email } = user.user);
    subnet = `10.0.${(subnetCount += 1)}`;
  });

  /** The correct password from a host of the test's subnet. */
  const right = (host: number, cookie?: string) =>
    attempt(controller, email, user.password, `${subnet}.${host}`, cookie);

  const wrong = (count: number, host: number, cookie?: string) =>
    guess(controller, count, email, `${subnet}.${host}`, cookie);

  /** Guesses from enough addresses to lock the account for all unknown ones. */
  async function attackFromEverywhere(account = email): Promise<void> {
    for (let n = 0; n < SHARED / OWN; n += 1) await guess(controller, OWN, account, `${subnet}.${101 + n}`);
  }

  function deviceCookieOf(response: Response): string {
    const cookies = [response.headers['set-cookie'] ?? []].flat();
    return cookies.find((cookie) => cookie.startsWith('moolai_device_')) ?? '';
  }

  /** A browser in which the user has signed in. */
  async function device(host: number): Promise<string> {
    return deviceCookieOf(await right(host).expect(200)).split(';')[0] ?? '';
  }

  async function locks(kind: string): Promise<AuditEntry[]> {
    const { items } = await controller.api.listAuditEntries({
      action: 'session.locked_out',
      page_size: 200,
      sort: 'position',
    });
    return items.filter(({ after }) => after?.['email'] === email && after['lock'] === kind);
  }

  it('do not count when refused, so that they extend no lock', async () => {
    await wrong(SHARED * 3, 1);
    for (const name of ['a', 'b', 'c', 'd']) {
      const statuses = await guess(controller, OWN, `${name}@example.com`, `${subnet}.1`);
      expect(statuses).toEqual({ 403: OWN });
    }
    await attempt(controller, 'e@example.com', 'guess', `${subnet}.1`).expect(429);
  });

  it("from many addresses lock an account, but not for its owner's devices and addresses", async () => {
    const cookie = await device(1);
    await attackFromEverywhere();
    const refused = await right(8).expect(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(800);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(900);
    // From a known device at any address, and for clients without cookies from a known address.
    await right(9, cookie).expect(200);
    await right(1).expect(200);
    await right(8).expect(429);
  });

  it('from many addresses do not prevent a signed-in owner from changing the password', async () => {
    await attackFromEverywhere();
    await controller
      .apiWith(user.access_token)
      .changePassword(
        { current_password: user.password, new_password: 'another password of tests' },
        { 'x-forwarded-for': `${subnet}.8` },
      );
  });

  it('with the cookie of a device count for that device alone', async () => {
    const cookie = await device(1);
    await expect(wrong(OWN + 5, 2, cookie)).resolves.toEqual({ 403: OWN, 429: 5 });
    await right(2, cookie).expect(429);
    await right(2).expect(200);
    expect(await locks('device')).toMatchObject([{ after: { device: 'known', failures: OWN } }]);
  });

  it("are not helped by a cookie that is another account's, altered or invented", async () => {
    const mine = await device(1);
    const theirs = await attempt(controller, ROOT.email, ROOT.password, `${subnet}.1`).expect(200);
    await attackFromEverywhere();
    const [name = '', value = ''] = mine.split('=');
    const [id = '', seal = ''] = value.split('.');
    const forged = [deviceCookieOf(theirs).split(';')[0] ?? ''].concat(
      [`x${value}`, id, `${id}.`, '.', `.${seal}`, 'a.b'].map((text) => `${name}=${text}`),
    );
    for (const cookie of forged) await right(8, cookie).expect(429);
    await right(8, `${forged[0] ?? ''}; ${mine}`).expect(200);
  });

  it('are answered the same for an unknown account', async () => {
    const told = async (account: string, host: number): Promise<unknown[]> => {
      const response = await attempt(controller, account, 'guess', `${subnet}.${host}`);
      const { status, headers } = response;
      const { error, detail } = response.body as { error: string; detail: string };
      return [status, error, detail.replace(/\d+ min/, '<n> min'), Object.keys(headers).sort()];
    };
    await attackFromEverywhere();
    const known = await told(email, 8);
    subnet = `10.1.${subnetCount}`;
    await attackFromEverywhere('nobody@example.com');
    expect(await told('nobody@example.com', 8)).toEqual(known);
    expect(known.slice(0, 3)).toEqual([
      429,
      'rate_limited',
      'Too many attempts have failed. Try again in <n> min, or sign in from a browser or an address that you have ' +
        'signed in from before.',
    ]);
  });

  it('are recorded once per lock, with account, addresses and number', async () => {
    await attackFromEverywhere();
    await wrong(3, 9);
    await wrong(3, 101);
    expect(await locks('account')).toMatchObject([
      {
        actor_kind: 'system',
        address: `${subnet}.9`,
        organization_id: 'org-001',
        target_type: 'user',
        target_id: user.user.user_id,
        after: {
          device: 'unknown',
          failures: SHARED,
          addresses: [1, 2, 3, 4, 5].map((n) => `${subnet}.10${n}`),
          locked_for_sec: expect.any(Number) as number,
        },
      },
    ]);
    expect(await locks('account_and_address')).toMatchObject([
      { address: `${subnet}.101`, after: { failures: OWN, addresses: [`${subnet}.101`] } },
    ]);
  });

  it('count for an account in any spelling of its address', async () => {
    await wrong(OWN - 1, 1);
    await attempt(controller, email.toUpperCase(), 'guess', `${subnet}.1`).expect(403);
    await right(1).expect(429);
    // A database may treat this address as the same account.
    await attempt(controller, ROOT.email.replace('i', 'İ'), ROOT.password, `${subnet}.2`).expect(403);
  });

  it('set a device cookie that is inaccessible to scripts and other sites', async () => {
    const cookie = deviceCookieOf(await right(1).expect(200));
    expect(cookie).toMatch(
      /^moolai_device_[0-9a-f]{8}=[\w-]{22}\.[\w-]{43}; Max-Age=34560000; Path=\/api\/v1\/internal\/auth; HttpOnly; SameSite=Strict$/,
    );
    await controller.anonymous.get('/api/v1/internal/auth/me').set('cookie', cookie).expect(401);
    await controller.anonymous
      .post('/api/v1/internal/auth/refresh')
      .set('cookie', cookie)
      .send({})
      .expect(400);
  });
});
