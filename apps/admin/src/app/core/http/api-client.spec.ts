import { TestBed } from '@angular/core/testing';
import { liveOrchestrator, NOW_MS, page, success } from '../../../testing/builders';
import { FakeController, provideNetwork } from '../../../testing/fake-controller';
import { pass, settle } from '../../../testing/gestures';
import { ServerClock } from '../time/server-clock';
import { ApiClient } from './api-client';
import { API_ROUTES, orchestratorSocketUrl } from './api-routes';
import { ApiError, NetworkError } from './request-failure';

function start(): { api: ApiClient; controller: FakeController } {
  TestBed.configureTestingModule({ providers: [provideNetwork()] });
  return { api: TestBed.inject(ApiClient), controller: new FakeController() };
}

describe('ApiClient', () => {
  it('gives what is inside the envelope', async () => {
    const { api, controller } = start();
    const live = { items: [liveOrchestrator()], total: 1 };

    const answer = api.liveOrchestrators();
    await controller.answer('/api/v1/controller/orchestrators/live', live);

    await expect(answer).resolves.toEqual(live);
  });

  it('asks for a page of a list in the address', async () => {
    const { api, controller } = start();

    const answer = api.organizations({ page: 2, page_size: 200, sort: 'organization_id' });
    const request = controller.take(API_ROUTES.organizations);
    await controller.reply(request, page([]));

    await answer;
    expect(request.request.urlWithParams).toBe(
      '/api/v1/controller/organizations?page=2&page_size=200&sort=organization_id',
    );
  });

  it('puts the switch of independence at the address of its orchestrator, whatever its id', () => {
    const { api, controller } = start();

    void api.setIndependence('a/b?c', { is_independent: true });

    const { request } = controller.take('/api/v1/internal/orchestrators/a%2Fb%3Fc/independence');
    expect(request.method).toBe('PUT');
    expect(request.body).toEqual({ is_independent: true });
  });

  it('rejects with what the controller says', async () => {
    const { api, controller } = start();

    const answer = expect(api.overview()).rejects.toEqual(
      new ApiError('unavailable', 'The database is away.', 'req-42'),
    );
    await controller.refuse(API_ROUTES.overview, 'unavailable', { detail: 'The database is away.' });

    await answer;
  });

  it('gives an answer up after ten seconds: one that is lost would stop the live view for good', async () => {
    const { api, controller } = start();
    const answer = expect(api.overview()).rejects.toEqual(new NetworkError(true));

    await pass(9_999);
    const request = controller.take(API_ROUTES.overview);
    expect(request.cancelled).toBe(false);
    await pass(1);

    await answer;
    expect(request.cancelled).toBe(true);
  });

  it('rejects an answer that is not one of the controller', async () => {
    const { api, controller } = start();

    const answer = expect(api.overview()).rejects.toMatchObject({ type: 'internal_error' });
    controller.take(API_ROUTES.overview).flush(null);
    await settle();

    await answer;
  });

  it("takes the time of every answer for the controller's", async () => {
    const { api, controller } = start();
    const clock = TestBed.inject(ServerClock);

    void api.overview();
    const timestamp = new Date(NOW_MS + 3_600_000).toISOString();
    controller.take(API_ROUTES.overview).flush(success({}, { timestamp }));
    await pass(1_000);

    expect(clock.nowMs()).toBe(NOW_MS + 3_601_000);
  });
});

describe('orchestratorSocketUrl', () => {
  it.each([
    [{ protocol: 'http:', host: 'localhost:8765' }, 'ws://localhost:8765/ws'],
    [{ protocol: 'https:', host: 'fleet.example' }, 'wss://fleet.example/ws'],
  ])('leads from the console at %j to %s', (location, url) => {
    expect(orchestratorSocketUrl(location)).toBe(url);
  });
});
