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
  it('gives back the session that it was given', () => {
    TestBed.inject(SessionVault).write(storedSession());

    expect(TestBed.inject(SessionVault).read()).toEqual(storedSession());
  });

  it('keeps nothing after the session was taken out', () => {
    const vault = TestBed.inject(SessionVault);
    vault.write(storedSession());

    vault.write(null);

    expect(vault.read()).toBeNull();
    expect(sessionStorage).toHaveLength(0);
    expect(localStorage).toHaveLength(0);
  });

  it('tells other tabs of the session, and nothing of it', () => {
    TestBed.inject(SessionVault).write(storedSession());

    expect({ ...localStorage }).toEqual({ 'moolai.signed-in': 'true' });
  });

  it.each(['', 'not json', '{', 'null', '[]', '"text"', '7', '{}'])('takes %p for no session', (text) => {
    expect(read(text)).toBeNull();
  });

  it.each(['accessToken', 'user', 'receivedAtMs', 'expiresAtMs'])(
    'takes a session without its %s for none',
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
  ])('takes a session with %j for none', (oddity) => {
    expect(read(JSON.stringify({ ...storedSession(), ...oddity }))).toBeNull();
  });
});

describe('toStoredSession', () => {
  it('turns the life of the access token into the moment of its end', () => {
    expect(toStoredSession(session({ expires_in: 900 }), NOW_MS)).toMatchObject({
      accessToken: 'access-1',
      receivedAtMs: NOW_MS,
      expiresAtMs: NOW_MS + 900_000,
    });
  });
});
