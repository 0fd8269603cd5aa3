import { HttpClient } from '@angular/common/http';
import type { TestRequest } from '@angular/common/http/testing';
import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { NOW_MS, overview, session, storedSession } from '../../../testing/builders';
import type { FakeController } from '../../../testing/fake-controller';
import { pass, settle } from '../../../testing/gestures';
import { configureConsole } from '../../../testing/open-page';
import { ApiClient } from '../http/api-client';
import { API } from '../http/api-operations';
import { ApiError, NetworkError } from '../http/request-failure';
import { AuthStore } from './auth.store';
import type { StoredSession } from './session-vault';

@Component({ template: '' })
class AnyPage {}

const EXPIRING: Partial<StoredSession> = { expiresAtMs: NOW_MS + 1_000 };
const FRESH: Partial<StoredSession> = { receivedAtMs: NOW_MS - 1_000 };
const NEW_TOKENS = session({ access_token: 'access-2' });

function start(kept: Partial<StoredSession> | null = {}): { api: ApiClient; controller: FakeController } {
  const controller = configureConsole([{ path: '**', component: AnyPage }], kept && storedSession(kept));
  return { api: TestBed.inject(ApiClient), controller };
}

function tokenOf({ request }: TestRequest): string | null {
  return request.headers.get('Authorization');
}

describe('authInterceptor', () => {
  it('sends the access token', async () => {
    const { api, controller } = start();

    const answer = api.call(API.getOverview, {});
    const request = controller.take(API.getOverview);
    await controller.reply(request, overview());

    expect(tokenOf(request)).toBe('Bearer access-1');
    await expect(answer).resolves.toEqual(overview());
  });

  it('sends none without a session', () => {
    const { controller } = start(null);

    TestBed.inject(HttpClient).get(API.getOverview.path).subscribe();

    expect(tokenOf(controller.take(API.getOverview))).toBeNull();
  });

  it('sends none for signing in or renewing, even with a session', () => {
    const { api, controller } = start(EXPIRING);

    void api.callAnonymously(API.login, { body: { email: 'ada@example.com', password: 'secret' } });
    void api.callAnonymously(API.refreshSession, { body: {} });

    expect(tokenOf(controller.take(API.login))).toBeNull();
    expect(tokenOf(controller.take(API.refreshSession))).toBeNull();
  });

  describe('with a token that is about to end', () => {
    it('renews it once for all requests, and sends each with the new one', async () => {
      const { api, controller } = start(EXPIRING);

      void api.call(API.getOverview, {});
      void api.call(API.listOrganizations, {});
      expect(controller.waiting(API.getOverview)).toBe(0);
      await controller.answer(API.refreshSession, NEW_TOKENS);

      expect(tokenOf(controller.take(API.getOverview))).toBe('Bearer access-2');
      expect(tokenOf(controller.take(API.listOrganizations))).toBe('Bearer access-2');
      expect(controller.waiting(API.refreshSession)).toBe(0);
    });

    it('fails as unreachable when the controller is down', async () => {
      const { api, controller } = start(EXPIRING);

      const answer = expect(api.call(API.getOverview, {})).rejects.toEqual(new NetworkError());
      await controller.cutOff(API.refreshSession);
      await pass(200);
      await controller.cutOff(API.refreshSession);

      await answer;
      expect(TestBed.inject(AuthStore).session()).not.toBeNull();
    });

    it('fails as unauthorized when the session has ended, without asking the controller', async () => {
      const { api, controller } = start(EXPIRING);

      const answer = expect(api.call(API.getOverview, {})).rejects.toMatchObject({ type: 'unauthorized' });
      await controller.refuse(API.refreshSession, 'unauthorized');

      await answer;
      expect(controller.waiting(API.getOverview)).toBe(0);
    });
  });

  describe('when the controller refuses', () => {
    it.each(['unauthorized', 'forbidden'] as const)(
      'renews after %s for an older token and repeats the request',
      async (error) => {
        const { api, controller } = start();

        const answer = api.call(API.getOverview, {});
        await controller.refuse(API.getOverview, error);
        await controller.answer(API.refreshSession, NEW_TOKENS);
        const second = controller.take(API.getOverview);
        await controller.reply(second, overview());

        expect(tokenOf(second)).toBe('Bearer access-2');
        await expect(answer).resolves.toEqual(overview());
      },
    );

    it('repeats a change with its body', async () => {
      const { api, controller } = start();
      const url = API.switchIndependence;

      void api.call(API.switchIndependence, {
        path: { id: 'orch-001' },
        body: { is_independent: true },
      });
      await controller.refuse(url, 'unauthorized');
      await controller.answer(API.refreshSession, NEW_TOKENS);

      const { request } = controller.take(url);
      expect(request.method).toBe('PUT');
      expect(request.body).toEqual({ is_independent: true });
    });

    it.each(['unauthorized', 'forbidden'] as const)(
      'passes on a second %s instead of retrying forever',
      async (error) => {
        const { api, controller } = start();

        const answer = expect(api.call(API.getOverview, {})).rejects.toEqual(
          new ApiError(error, 'Still no.', 'req-43'),
        );
        await controller.refuse(API.getOverview, error);
        await controller.answer(API.refreshSession, NEW_TOKENS);
        await controller.refuse(API.getOverview, error, { detail: 'Still no.', request_id: 'req-43' });

        await answer;
        expect(controller.waiting(API.refreshSession)).toBe(0);
        expect(controller.waiting(API.getOverview)).toBe(0);
      },
    );

    it('passes on a 403 for a fresh token, which means "not allowed"', async () => {
      const { api, controller } = start(FRESH);

      const answer = expect(api.call(API.getOverview, {})).rejects.toMatchObject({ type: 'forbidden' });
      await controller.refuse(API.getOverview, 'forbidden');

      await answer;
      expect(controller.waiting(API.refreshSession)).toBe(0);
      expect(TestBed.inject(AuthStore).session()).not.toBeNull();
    });

    it('renews after a 401 even for a fresh token, because it is not about permissions', async () => {
      const { api, controller } = start(FRESH);

      void api.call(API.getOverview, {});
      await controller.refuse(API.getOverview, 'unauthorized');

      expect(controller.waiting(API.refreshSession)).toBe(1);
    });

    it('uses the token that another request got in the meantime', async () => {
      const { api, controller } = start();
      void api.call(API.getOverview, {});
      void api.call(API.listOrganizations, {});
      const late = controller.take(API.listOrganizations);
      await controller.refuse(API.getOverview, 'unauthorized');
      await controller.answer(API.refreshSession, NEW_TOKENS);

      await controller.replyWithRefusal(late, 'unauthorized');

      expect(controller.waiting(API.refreshSession)).toBe(0);
      expect(tokenOf(controller.take(API.listOrganizations))).toBe('Bearer access-2');
    });

    it('fails with the refusal when the session cannot be renewed', async () => {
      const { api, controller } = start();

      const answer = expect(api.call(API.getOverview, {})).rejects.toMatchObject({
        type: 'unauthorized',
        requestId: 'req-7',
      });
      await controller.refuse(API.getOverview, 'unauthorized', { request_id: 'req-7' });
      await controller.refuse(API.refreshSession, 'unauthorized');

      await answer;
      expect(TestBed.inject(AuthStore).state()).toEqual({ name: 'signed-out', reason: 'ended' });
    });

    it('does not renew without a session', async () => {
      const { api, controller } = start(null);

      const answer = expect(api.call(API.getOverview, {})).rejects.toMatchObject({ type: 'unauthorized' });
      await controller.refuse(API.getOverview, 'unauthorized');

      await answer;
      expect(controller.waiting(API.refreshSession)).toBe(0);
    });

    it.each(['not_found', 'internal_error', 'unavailable'] as const)('passes on %s', async (error) => {
      const { api, controller } = start();

      const answer = expect(api.call(API.getOverview, {})).rejects.toMatchObject({ type: error });
      await controller.refuse(API.getOverview, error);
      await settle();

      await answer;
      expect(controller.waiting(API.refreshSession)).toBe(0);
    });
  });
});
