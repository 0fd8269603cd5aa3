import { TestBed } from '@angular/core/testing';
import { NOW_MS, session, storedSession } from '../../../testing/builders';
import { SessionVault, toStoredSession } from './session-vault';

const KEY = 'moolai.session';

function read(text: string): ReturnType<SessionVault['read']> {
  sessionStorage.setItem(KEY, text);
  return TestBed.inject(SessionVault).read();
}

function without(key: string): string {
  return JSON.stringify({ ...storedSession(), [key]: undefined });
}

describe('SessionVault', () => {
  it('returns the stored session', () => {
    TestBed.inject(SessionVault).write(storedSession());

    expect(TestBed.inject(SessionVault).read()).toEqual(storedSession());
  });

  it('keeps nothing after the session was removed', () => {
    const vault = TestBed.inject(SessionVault);
    vault.write(storedSession());

    vault.write(null);

    expect(vault.read()).toBeNull();
    expect(sessionStorage).toHaveLength(0);
    expect(localStorage).toHaveLength(0);
  });

  it('shows other tabs that there is a session, but not its content', () => {
    TestBed.inject(SessionVault).write(storedSession());

    expect({ ...localStorage }).toEqual({ 'moolai.signed-in': 'true' });
  });

  it.each(['', 'not json', '{', 'null', '[]', '"text"', '7', '{}'])('rejects %p', (text) => {
    expect(read(text)).toBeNull();
  });

  it.each(['accessToken', 'user', 'receivedAtMs', 'expiresAtMs'])(
    'rejects a session without its %s',
    (key) => {
      expect(read(without(key))).toBeNull();
    },
  );

  it.each([
    { accessToken: 7 },
    { expiresAtMs: '2026-03-01' },
    { user: 'ada@example.com' },
    { user: { user_id: 'user-001', email: 'ada@example.com', role: 'emperor' } },
    { user: { user_id: 'user-001', role: 'admin' } },
  ])('rejects a session with %j', (oddity) => {
    expect(read(JSON.stringify({ ...storedSession(), ...oddity }))).toBeNull();
  });
});

describe('toStoredSession', () => {
  it('converts the lifetime of the access token to the time of its expiry', () => {
    expect(toStoredSession(session({ expires_in: 900 }), NOW_MS)).toMatchObject({
      accessToken: 'access-1',
      receivedAtMs: NOW_MS,
      expiresAtMs: NOW_MS + 900_000,
    });
  });
});
