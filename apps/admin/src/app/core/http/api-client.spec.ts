import { TestBed } from '@angular/core/testing';
import { NOW_MS, overview, page, success } from '../../../testing/builders';
import { FakeController, provideNetwork } from '../../../testing/fake-controller';
import { pass, settle } from '../../../testing/gestures';
import { ServerClock } from '../time/server-clock';
import { ApiClient } from './api-client';
import { API } from './api-operations';
import { ApiError, NetworkError } from './request-failure';

function start(): { api: ApiClient; controller: FakeController } {
  TestBed.configureTestingModule({ providers: [provideNetwork()] });
  return { api: TestBed.inject(ApiClient), controller: new FakeController() };
}

describe('ApiClient', () => {
  it('returns the content of the envelope', async () => {
    const { api, controller } = start();
    const answer = api.call(API.getOverview, {});
    await controller.answer('/api/v1/controller/overview', overview());

    await expect(answer).resolves.toEqual(overview());
  });

  it('requests a page of a list by query parameters', async () => {
    const { api, controller } = start();

    const answer = api.call(API.listOrganizations, {
      query: { page: 2, page_size: 200, sort: 'organization_id' },
    });
    const request = controller.take(API.listOrganizations);
    await controller.reply(request, page([]));

    await answer;
    expect(request.request.urlWithParams).toBe(
      '/api/v1/controller/organizations?page=2&page_size=200&sort=organization_id',
    );
  });

  it("puts an independence switch to the orchestrator's URL, with any id", () => {
    const { api, controller } = start();

    void api.call(API.switchIndependence, { path: { id: 'a/b?c' }, body: { is_independent: true } });

    const { request } = controller.take('/api/v1/internal/orchestrators/a%2Fb%3Fc/independence');
    expect(request.method).toBe('PUT');
    expect(request.body).toEqual({ is_independent: true });
  });

  it("rejects with the controller's error", async () => {
    const { api, controller } = start();

    const answer = expect(api.call(API.getOverview, {})).rejects.toEqual(
      new ApiError('unavailable', 'The database is away.', 'req-42'),
    );
    await controller.refuse(API.getOverview, 'unavailable', { detail: 'The database is away.' });

    await answer;
  });

  it('times out after ten seconds, because a lost answer would stop the live view forever', async () => {
    const { api, controller } = start();
    const answer = expect(api.call(API.getOverview, {})).rejects.toEqual(new NetworkError(true));

    await pass(9_999);
    const request = controller.take(API.getOverview);
    expect(request.cancelled).toBe(false);
    await pass(1);

    await answer;
    expect(request.cancelled).toBe(true);
  });

  it('rejects an answer that is not from a controller', async () => {
    const { api, controller } = start();

    const answer = expect(api.call(API.getOverview, {})).rejects.toMatchObject({ type: 'internal_error' });
    controller.take(API.getOverview).flush(null);
    await settle();

    await answer;
  });

  it("uses the time of every answer as the controller's", async () => {
    const { api, controller } = start();
    const clock = TestBed.inject(ServerClock);

    void api.call(API.getOverview, {});
    const timestamp = new Date(NOW_MS + 3_600_000).toISOString();
    controller.take(API.getOverview).flush(success({}, { timestamp }));
    await pass(1_000);

    expect(clock.nowMs()).toBe(NOW_MS + 3_601_000);
  });

  it('omits unset parameters', () => {
    const { api, controller } = start();

    void api.call(API.listOrganizations, { query: JSON.parse('{ "page": 1, "search": null }') as object });

    expect(controller.take(API.listOrganizations).request.urlWithParams).toBe(
      '/api/v1/controller/organizations?page=1',
    );
  });

  it('accepts a degraded health with 503 as an answer', async () => {
    const { api, controller } = start();
    const degraded = { status: 'degraded', database: 'down', uptime_sec: 1, version: '1.0.0' };

    const answer = api.health();
    controller.take(API.getHealth).flush(success(degraded), { status: 503, statusText: 'unavailable' });

    await expect(answer).resolves.toEqual(degraded);
  });
});
