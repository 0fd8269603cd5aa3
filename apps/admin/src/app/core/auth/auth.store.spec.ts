import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import { NOW_MS, session, storedSession, user } from '../../../testing/builders';
import type { FakeController } from '../../../testing/fake-controller';
import { pass, settle } from '../../../testing/gestures';
import { configureConsole } from '../../../testing/open-page';
import { API } from '../http/api-operations';
import { ApiError, NetworkError } from '../http/request-failure';
import { AuthStore } from './auth.store';
import { SessionVault, type StoredSession } from './session-vault';

@Component({ template: '' })
class AnyPage {}

function start(kept: StoredSession | null = null): { auth: AuthStore; controller: FakeController } {
  const controller = configureConsole([{ path: '**', component: AnyPage }], kept);
  return { auth: TestBed.inject(AuthStore), controller };
}

function keptSession(): StoredSession | null {
  return TestBed.inject(SessionVault).read();
}

describe('AuthStore', () => {
  describe('at the start', () => {
    it('has no session in a new tab', () => {
      const { auth } = start();

      expect(auth.state()).toEqual({ name: 'signed-out', reason: 'never' });
      expect(auth.session()).toBeNull();
      expect(auth.user()).toBeNull();
    });

    it("continues the tab's session after a reload", () => {
      const { auth } = start(storedSession());

      expect(auth.session()).toEqual(storedSession());
      expect(auth.user()).toEqual(user());
    });
  });

  describe('signing in', () => {
    it("keeps the controller's answer, in memory and after a reload", async () => {
      const { auth, controller } = start();

      const outcome = auth.signIn('ada@example.com', 'secret');
      expect(auth.state()).toEqual({ name: 'signing-in' });
      const request = controller.take(API.login);
      await controller.reply(request, session());

      expect(request.request.method).toBe('POST');
      expect(request.request.body).toEqual({
        email: 'ada@example.com',
        password: 'secret',
        use_cookie: true,
      });
      await expect(outcome).resolves.toBe(true);
      expect(auth.user()).toEqual(user());
      expect(keptSession()).toEqual(storedSession({ receivedAtMs: NOW_MS, expiresAtMs: NOW_MS + 900_000 }));
    });

    it('shows why the controller refuses, and keeps nothing', async () => {
      const { auth, controller } = start();

      const outcome = auth.signIn('ada@example.com', 'wrong');
      await controller.refuse(API.login, 'forbidden', { detail: 'Wrong e-mail or password.' });

      await expect(outcome).resolves.toBe(false);
      const failure = new ApiError('forbidden', 'Wrong e-mail or password.', 'req-42');
      expect(auth.state()).toEqual({ name: 'refused', failure });
      expect(keptSession()).toBeNull();
    });

    it('tells an unreachable controller from a refusal', async () => {
      const { auth, controller } = start();

      const outcome = auth.signIn('ada@example.com', 'secret');
      await controller.cutOff(API.login);

      await expect(outcome).resolves.toBe(false);
      expect(auth.state()).toEqual({ name: 'refused', failure: new NetworkError() });
    });
  });

  describe('signing out', () => {
    it('forgets the session and opens the sign-in page', async () => {
      const { auth, controller } = start(storedSession());

      const done = auth.signOut();
      const request = controller.take(API.logout);
      await controller.reply(request, { session_id: 'session-1' });
      await done;

      expect(request.request.headers.get('Authorization')).toBe('Bearer access-1');

      expect(auth.state()).toEqual({ name: 'signed-out', reason: 'by-choice' });
      expect(keptSession()).toBeNull();
      expect(TestBed.inject(Router).url).toBe('/sign-in');
    });

    it('stays signed out when a pending renewal succeeds afterwards', async () => {
      const { auth, controller } = start(storedSession());
      const renewal = auth.renew();
      const request = controller.take(API.refreshSession);

      const done = auth.signOut();
      await controller.cutOff(API.logout);
      await done;
      await controller.reply(request, session({ access_token: 'access-2' }));

      await expect(renewal).resolves.toBe('ended');
      expect(auth.state()).toEqual({ name: 'signed-out', reason: 'by-choice' });
      expect(keptSession()).toBeNull();
    });
  });

  describe('renewing', () => {
    it('exchanges the refresh token in the cookie for a new access token', async () => {
      const { auth, controller } = start(storedSession());

      const renewal = auth.renew();
      const request = controller.take(API.refreshSession);
      await controller.reply(request, session({ access_token: 'access-2' }));

      expect(request.request.body).toEqual({});
      await expect(renewal).resolves.toBe('renewed');
      expect(auth.session()).toMatchObject({ accessToken: 'access-2' });
      expect(keptSession()).toMatchObject({ accessToken: 'access-2' });
    });

    it('sends one request for all callers, because a refresh token is valid once', async () => {
      const { auth, controller } = start(storedSession());

      const renewals = Promise.all([auth.renew(), auth.renew(), auth.renew()]);
      await controller.answer(API.refreshSession, session());

      await expect(renewals).resolves.toEqual(['renewed', 'renewed', 'renewed']);
      expect(controller.waiting(API.refreshSession)).toBe(0);
    });

    it('asks again the next time', async () => {
      const { auth, controller } = start(storedSession());
      void auth.renew();
      await controller.answer(API.refreshSession, session());

      void auth.renew();

      expect(controller.waiting(API.refreshSession)).toBe(1);
    });

    it.each(['forbidden', 'unauthorized', 'validation_error'] as const)(
      'ends the session when the controller answers %s, and remembers the page',
      async (error) => {
        const { auth, controller } = start(storedSession());
        await TestBed.inject(Router).navigateByUrl('/organizations?status=error');

        const renewal = auth.renew();
        await controller.refuse(API.refreshSession, error);

        await expect(renewal).resolves.toBe('ended');
        expect(auth.state()).toEqual({ name: 'signed-out', reason: 'ended' });
        expect(keptSession()).toBeNull();
        expect(TestBed.inject(Router).url).toBe('/sign-in?return=%2Forganizations%3Fstatus%3Derror');
      },
    );

    it('does not remember the dashboard, which is the default', async () => {
      const { auth, controller } = start(storedSession());

      void auth.renew();
      await controller.refuse(API.refreshSession, 'unauthorized');

      expect(TestBed.inject(Router).url).toBe('/sign-in');
    });

    it('keeps users signed in while the controller is down', async () => {
      const { auth, controller } = start(storedSession());

      const renewal = auth.renew();
      await controller.cutOff(API.refreshSession);
      await pass(200);
      await controller.cutOff(API.refreshSession);

      await expect(renewal).resolves.toBe('unreachable');
      expect(auth.session()).toEqual(storedSession());
      expect(keptSession()).toEqual(storedSession());
    });

    it('retries once after a moment, because the answer may be lost', async () => {
      const { auth, controller } = start(storedSession());

      const renewal = auth.renew();
      await controller.cutOff(API.refreshSession);
      expect(controller.waiting(API.refreshSession)).toBe(0);
      await pass(200);
      await controller.answer(API.refreshSession, session({ access_token: 'access-2' }));

      await expect(renewal).resolves.toBe('renewed');
      expect(auth.session()).toMatchObject({ accessToken: 'access-2' });
    });

    it.each(['internal_error', 'unavailable', 'rate_limited'] as const)(
      'keeps users signed in when the controller answers %s',
      async (error) => {
        const { auth, controller } = start(storedSession());

        const renewal = auth.renew();
        await controller.refuse(API.refreshSession, error);

        await expect(renewal).resolves.toBe('unreachable');
        expect(auth.session()).toEqual(storedSession());
      },
    );

    it('keeps users signed in when the controller does not answer in time', async () => {
      const { auth, controller } = start(storedSession());

      const renewal = auth.renew();
      await pass(4_000);
      await pass(200);
      await pass(10_000);

      await expect(renewal).resolves.toBe('unreachable');
      expect(controller.takeAll(API.refreshSession).map(({ cancelled }) => cancelled)).toEqual([true, true]);
      expect(auth.session()).toEqual(storedSession());
    });

    it('keeps a new session when the renewal of an older one is refused', async () => {
      const { auth, controller } = start(storedSession());
      const renewal = auth.renew();
      const request = controller.take(API.refreshSession);
      void auth.signOut();
      await controller.cutOff(API.logout);
      void auth.signIn('grace@example.com', 'secret');
      await controller.answer(API.login, session({ user: user({ email: 'grace@example.com' }) }));

      await controller.replyWithRefusal(request, 'unauthorized');

      await expect(renewal).resolves.toBe('ended');
      expect(auth.user()?.email).toBe('grace@example.com');
    });

    it('sends no request without a session', async () => {
      const { auth, controller } = start();

      await expect(auth.renew()).resolves.toBe('ended');
      await settle();

      expect(controller.waiting(API.refreshSession)).toBe(0);
    });
  });

  describe('a new tab', () => {
    it("continues the browser's session", async () => {
      const { auth, controller } = start();

      const resumed = auth.resume();
      await controller.answer(API.refreshSession, session());

      await expect(resumed).resolves.toBe(true);
      expect(auth.user()).toEqual(user());
    });

    it('sends no request when the session has ended in the meantime', async () => {
      const { auth, controller } = start();

      const resumed = auth.resume();
      await controller.refuse(API.refreshSession, 'forbidden');

      await expect(resumed).resolves.toBe(false);
      expect(auth.state()).toEqual({ name: 'signed-out', reason: 'never' });
      expect(TestBed.inject(SessionVault).isSignedInElsewhere).toBe(false);
    });

    it('learns from the other tabs whether a request makes sense', () => {
      start(storedSession());

      expect(TestBed.inject(SessionVault).isSignedInElsewhere).toBe(true);
    });
  });

  it('renews half a minute before the access token expires', () => {
    const { auth } = start();

    expect(auth.isExpiring(storedSession({ expiresAtMs: NOW_MS + 30_001 }))).toBe(false);
    expect(auth.isExpiring(storedSession({ expiresAtMs: NOW_MS + 30_000 }))).toBe(true);
  });

  it('treats an access token older than half a minute as possibly outdated', () => {
    const { auth } = start();

    expect(auth.mayBeStale(storedSession({ receivedAtMs: NOW_MS - 29_999 }))).toBe(false);
    expect(auth.mayBeStale(storedSession({ receivedAtMs: NOW_MS - 30_000 }))).toBe(true);
  });
});
