import { createHmac } from 'node:crypto';
import type { CreatedApiToken, CurrentUser } from '@moolai/contracts';
import { assert, refused } from './checks.ts';
import { LOGIN_MAX_FAILURES, type Answer, type Target, type TokenSession } from '../target.ts';
import type { Attack } from '../attack-case.ts';

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part = ''): object => JSON.parse(Buffer.from(part, 'base64url').toString()) as object;

interface Forgery {
  header?: object;
  claims?: object;
  /** The key for a new signature. */
  key?: string | Buffer;
  /** Replaces the signature; empty for none. */
  signature?: string | undefined;
}

/** Builds a JWT by hand, because libraries refuse to build such tokens. */
function forge(token: string, { header = {}, claims = {}, key, signature }: Forgery): string {
  const [oldHeader, oldClaims] = token.split('.');
  const body = `${encode({ ...decode(oldHeader), ...header })}.${encode({ ...decode(oldClaims), ...claims })}`;
  const sign =
    key === undefined ? (signature ?? '') : createHmac('sha256', key).update(body).digest('base64url');
  return `${body}.${sign}`;
}

const me = (target: Target, token?: string, headers?: Record<string, string>): Promise<Answer<CurrentUser>> =>
  target.request('GET', '/internal/auth/me', { token, headers });
const login = (target: Target, email: string, password: string): Promise<Answer> =>
  target.request('POST', '/internal/auth/login', { body: { email, password } });

const withToken = (name: string, make: (token: string, target: Target) => string): Attack => ({
  name,
  run: async (target) => refused(await me(target, make(target.tokens.viewer, target)), 403),
});

export const identity: Attack[] = [
  {
    name: 'no credentials',
    run: async (target) => refused(await me(target), 401),
  },
  {
    name: 'credentials of another scheme',
    run: async (target) =>
      refused(
        await me(target, undefined, {
          authorization: `Basic ${Buffer.from('root:root').toString('base64')}`,
        }),
        403,
      ),
  },
  {
    name: 'the token in the query instead of the header',
    run: async (target) =>
      refused(await target.request('GET', `/internal/auth/me?access_token=${target.tokens.viewer}`), 401),
  },
  withToken('the default development token', () => 'fake-dev-token'),
  withToken('JWT with alg:none', (token) => forge(token, { header: { alg: 'none' } })),
  withToken('JWT with alg:NONE and the original signature', (token) =>
    forge(token, { header: { alg: 'NONE' }, signature: token.split('.')[2] }),
  ),
  withToken('JWT signed with a foreign key', (token) => forge(token, { key: 'another key' })),
  withToken('JWT signed with an empty key', (token) => forge(token, { key: '' })),
  withToken('JWT with a higher role and the original signature', (token) =>
    forge(token, { claims: { role: 'superadmin' }, signature: token.split('.')[2] }),
  ),
  withToken('expired JWT, correctly signed', (token, { jwtSecret }) =>
    forge(token, { claims: { exp: 1 }, key: jwtSecret }),
  ),
  withToken('JWT without an expiry, correctly signed', (token, { jwtSecret }) =>
    forge(token, { claims: { exp: undefined }, key: jwtSecret }),
  ),
  withToken('JWT of another issuer, correctly signed', (token, { jwtSecret }) =>
    forge(token, { claims: { iss: 'someone-else' }, key: jwtSecret }),
  ),
  withToken('JWT for another audience, correctly signed', (token, { jwtSecret }) =>
    forge(token, { claims: { aud: 'another-api' }, key: jwtSecret }),
  ),
  withToken('JWT of a session that does not exist, correctly signed', (token, { jwtSecret }) =>
    forge(token, { claims: { sid: '00000000-0000-4000-8000-000000000000' }, key: jwtSecret }),
  ),
  withToken('JWT whose key id is a path', (token, { jwtSecret }) =>
    forge(token, { header: { kid: '../../dev/null' }, key: jwtSecret }),
  ),
  withToken('JWT that contains its own key', (token) =>
    forge(token, {
      header: { jwk: { kty: 'oct', k: 'AAAA' }, jku: 'http://127.0.0.1:1/keys' },
      key: Buffer.alloc(3),
    }),
  ),
  withToken('an invented API token', () => `mat_${'A'.repeat(43)}`),
  {
    name: 'a higher role in a correctly signed JWT: the session decides, not the claim',
    run: async (target) => {
      const token = forge(target.tokens.viewer, { claims: { role: 'superadmin' }, key: target.jwtSecret });
      const { body } = await me(target, token);
      assert(body?.data?.role === 'viewer', `is ${body?.data?.role}`);
      return 'still a viewer';
    },
  },
  {
    name: "reuse of a stolen refresh token: ends the thief's session",
    run: async (target) => {
      const session = await target.signIn('viewer@example.com', 'the password of the viewer');
      const refresh = (refresh_token: string): Promise<Answer<TokenSession>> =>
        target.request('POST', '/internal/auth/refresh', { body: { refresh_token } });
      const second = (await refresh(session.refresh_token)).body?.data;
      assert(second, 'the first refresh returned no token');
      const next = (await refresh(second.refresh_token)).body?.data;
      assert(next, 'the second refresh returned no token');
      const got = refused(await refresh(session.refresh_token), 403);
      refused(await refresh(next.refresh_token), 403);
      refused(await me(target, next.access_token), 403);
      return got;
    },
  },
  {
    name: 'a forged refresh token with a known session id: the session continues',
    run: async (target) => {
      const session = await target.signIn('viewer@example.com', 'the password of the viewer');
      const [id] = session.refresh_token.split('.');
      const body = { refresh_token: `${id}.garbage.garbage` };
      const got = refused(await target.request('POST', '/internal/auth/refresh', { body }), 403);
      assert((await me(target, session.access_token)).status === 200, 'the session was ended');
      return got;
    },
  },
  {
    name: 'a sign-in as a form, which a page of another origin can send',
    run: async (target) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const raw = `email=${target.root.email}&password=${encodeURIComponent(target.root.password)}`;
      return refused(await target.request('POST', '/internal/auth/login', { raw, headers }), 400);
    },
  },
  {
    name: 'an access token as refresh token',
    run: async (target) =>
      refused(
        await target.request('POST', '/internal/auth/refresh', {
          body: { refresh_token: target.tokens.viewer },
        }),
        403,
        400,
      ),
  },
  {
    name: 'a refresh token as access token',
    run: async (target) => {
      const { refresh_token } = await target.signIn('viewer@example.com', 'the password of the viewer');
      return refused(await me(target, refresh_token), 403);
    },
  },
  {
    name: 'a session after signing out',
    run: async (target) => {
      const { access_token } = await target.signIn('viewer@example.com', 'the password of the viewer');
      await target.request('POST', '/internal/auth/logout', { token: access_token, body: {} });
      return refused(await me(target, access_token), 403);
    },
  },
  {
    name: 'a revoked API token',
    run: async (target) => {
      const body = { name: 'gone', role: 'viewer', organization_ids: ['org-mine'], expires_at: inAnHour() };
      const { token, token_id } = await target.make<CreatedApiToken>('/internal/api-tokens', body);
      assert((await me(target, token)).status === 200, 'it was never good');
      await target.request('DELETE', `/internal/api-tokens/${token_id}`, { token: target.tokens.superadmin });
      return refused(await me(target, token), 403);
    },
  },
  {
    name: 'passwords and tokens in the log',
    run: (target) => {
      const { output, errors } = target.controller;
      for (const secret of [target.root.password, target.tokens.viewer, target.jwtSecret]) {
        assert(!`${output}${errors}`.includes(secret), 'a secret is in the log');
      }
      return 'none of them is there';
    },
  },
  {
    name: 'an SQL injection as e-mail address',
    run: async (target) => refused(await login(target, `' OR 1=1 --`, 'x'), 403),
  },
  {
    name: 'find out from the answer whether an address is known',
    run: async (target) => {
      const known = await login(target, target.root.email, 'wrong');
      const unknown = await login(target, 'nobody@example.com', 'wrong');
      const told = ({ status, body }: Answer): string => `${status} ${body?.error} ${body?.detail}`;
      assert(told(known) === told(unknown), `${told(known)} against ${told(unknown)}`);
      return `the same: ${told(known)}`;
    },
  },
  {
    name: 'find out from the duration of 200 answers whether an address is known',
    run: async (target) => {
      const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] };
      for (let n = 0; n < 100; n += 1) {
        for (const [kind, email] of [
          ['known', 'operator@example.com'],
          ['unknown', 'nobody-at-all@example.com'],
        ] as const) {
          const startedAt = performance.now();
          await login(target, email, 'wrong');
          times[kind].push(performance.now() - startedAt);
        }
      }
      const [known, unknown] = [median(times.known), median(times.unknown)];
      const ratio = known / unknown;
      // Without the decoy hash, answers about unknown addresses take a tenth of the time.
      assert(ratio > 0.67 && ratio < 1.5, `medians ${known.toFixed(1)} and ${unknown.toFixed(1)} ms`);
      return `medians ${known.toFixed(1)} ms known, ${unknown.toFixed(1)} ms unknown, ratio ${ratio.toFixed(2)}`;
    },
  },
  {
    name: '200 simultaneous guesses at one account',
    run: async (target) => {
      const guesses = Array.from({ length: 200 }, (_, n) => login(target, 'crowd@example.com', `guess ${n}`));
      const answers = await Promise.all(guesses);
      const tried = answers.filter(({ status }) => status === 403).length;
      assert(tried <= LOGIN_MAX_FAILURES, `${tried} were tried`);
      // 503: a busy machine refuses further sign-ins.
      const other = answers.find(({ status }) => ![403, 429, 503].includes(status));
      assert(other === undefined, `another answer: ${other?.status} ${other?.text}`);
      return `${tried} tried, ${200 - tried} refused`;
    },
  },
  {
    name: 'brute force on one account',
    run: async (target) => {
      for (let n = 0; n <= LOGIN_MAX_FAILURES; n += 1) {
        const answer = await login(target, 'victim@example.com', `guess ${n}`);
        if (answer.status !== 429) continue;
        assert(Number(answer.headers.get('retry-after')) > 0, 'no Retry-After');
        return `${refused(answer, 429)} after ${n} guesses`;
      }
      throw new Error(`${LOGIN_MAX_FAILURES} guesses and no end`);
    },
  },
];

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function inAnHour(): string {
  return new Date(Date.now() + 3_600_000).toISOString();
}
