import { LOGIN_MAX_FAILURES, type Answer, type Target } from '../target.ts';
import { assert, refused } from './checks.ts';
import type { Attack } from '../attack-case.ts';

const STREAMS_OF_ONE_USER = 10;

/** Opens a live stream; returns the status and a function that ends it. */
async function openStream(target: Target, token: string): Promise<{ status: number; close: () => void }> {
  const abort = new AbortController();
  const { status } = await fetch(`${target.api}/controller/events`, {
    headers: { authorization: `Bearer ${token}` },
    signal: abort.signal,
  });
  return { status, close: () => abort.abort() };
}

const login = (
  target: Target,
  email: string,
  password: string,
  address: string,
  cookie = '',
): Promise<Answer> =>
  target.request('POST', '/internal/auth/login', {
    body: { email, password },
    headers: { 'x-forwarded-for': address, cookie },
  });

/** Guesses an account's password from each address until that address is refused. */
async function guessFrom(target: Target, email: string, addresses: string[]): Promise<number> {
  let tried = 0;
  for (const address of addresses) {
    for (let n = 0; n <= LOGIN_MAX_FAILURES; n += 10) {
      const guesses = Array.from({ length: 10 }, (_, k) => login(target, email, `guess ${n + k}`, address));
      const answers = await Promise.all(guesses);
      tried += answers.filter(({ status }) => status === 403).length;
      if (answers.some(({ status }) => status === 429)) break;
    }
  }
  return tried;
}

const hosts = (net: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${net}.${n + 1}`);

export const shares: Attack[] = [
  {
    name: 'lock the superadmin out everywhere, from one address',
    run: async (target) => {
      const tried = await guessFrom(target, target.root.email, ['203.0.113.77']);
      refused(await login(target, target.root.email, target.root.password, '203.0.113.77'), 429);
      const elsewhere = await login(target, target.root.email, target.root.password, '203.0.113.78');
      assert(elsewhere.status === 200, `the owner got ${elsewhere.status}`);
      return `${tried} guesses, and the owner signs in from another address`;
    },
  },
  {
    name: 'lock the superadmin out everywhere, from many addresses',
    run: async (target) => {
      const signedIn = await login(target, target.root.email, target.root.password, '203.0.113.1');
      const cookie = signedIn.headers.getSetCookie().find((one) => one.startsWith('moolai_device_'));
      assert(cookie, 'no cookie for this device');
      const tried = await guessFrom(target, target.root.email, hosts('198.51.100', 6));
      const stranger = await login(target, target.root.email, target.root.password, '203.0.113.9');
      const got = refused(stranger, 429);
      assert(Number(stranger.headers.get('retry-after')) > 0, 'no Retry-After');
      const device = await login(target, target.root.email, target.root.password, '203.0.113.9', cookie);
      assert(device.status === 200, `the owner's browser got ${device.status}`);
      const address = await login(target, target.root.email, target.root.password, '203.0.113.1');
      assert(address.status === 200, `the owner's address got ${address.status}`);
      return `${tried} guesses; others ${got}; the owner's browser and address can sign in`;
    },
  },
  {
    name: 'occupy all sign-in slots with the correct password',
    run: async (target) => {
      const { email, password } = { email: 'operator@example.com', password: 'the password of the operator' };
      const flood = Array.from({ length: 60 }, () => login(target, email, password, '203.0.113.50'));
      const other = await login(target, target.root.email, target.root.password, '203.0.113.1');
      const answers = await Promise.all(flood);
      const refusedCount = answers.filter(({ status }) => status === 429).length;
      assert(refusedCount > 0, 'none was refused');
      assert(other.status === 200, `another user got ${other.status}`);
      return `${refusedCount} of 60 refused, another user can sign in`;
    },
  },
  {
    name: 'occupy all live streams as a viewer',
    run: async (target) => {
      const streams = await Promise.all(
        Array.from({ length: STREAMS_OF_ONE_USER }, () => openStream(target, target.tokens.viewer)),
      );
      try {
        const next = await target.request('GET', '/controller/events', { token: target.tokens.viewer });
        const got = refused(next, 429);
        assert(Number(next.headers.get('retry-after')) > 0, 'no Retry-After');
        const other = await openStream(target, target.tokens.operator);
        streams.push(other);
        assert(other.status === 200, `another user got ${other.status}`);
        return got;
      } finally {
        for (const { close } of streams) close();
      }
    },
  },
];
