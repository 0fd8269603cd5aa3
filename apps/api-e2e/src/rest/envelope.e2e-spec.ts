import type { ErrorEnvelope, Overview, SuccessEnvelope } from '@moolai/contracts';
import { TestController, TOKEN } from '../support/test-controller.js';
import { useController } from '../support/use-controller.js';

describe('the envelope', () => {
  const controller = useController();

  it("wraps a route's answer", async () => {
    const response = await controller.request('get', '/controller/overview').expect(200);
    const body = response.body as SuccessEnvelope<Overview>;
    expect(body.success).toBe(true);
    expect(Date.parse(body.timestamp)).not.toBeNaN();
    expect(body.data).toEqual({
      organizations: { total: 0, active: 0, independent: 0 },
      orchestrators: {
        total: 0,
        connected: 0,
        active: 0,
        independent: 0,
        inactive: 0,
        error: 0,
        expected: 0,
      },
      messages: { pending: 0, sent: 0, delivered: 0, failed: 0, received: 0 },
      heartbeats: { processed: 0, ignored: 0 },
      uptime_sec: expect.any(Number) as number,
      version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
    });
  });

  it.each<[string, 'get' | 'put' | 'post', string, object | undefined, number, string]>([
    ['an unknown route', 'get', '/controller/nothing', undefined, 404, 'not_found'],
    ['an unknown orchestrator', 'get', '/controller/orchestrators/nobody', undefined, 404, 'not_found'],
    ['an unknown organization', 'get', '/controller/organizations/nobody', undefined, 404, 'not_found'],
    [
      'a URL that cannot be decoded',
      'get',
      '/controller/orchestrators/%zz',
      undefined,
      400,
      'validation_error',
    ],
    ['an invalid id', 'get', '/controller/orchestrators/a%20b', undefined, 400, 'validation_error'],
    ['page 0', 'get', '/controller/orchestrators?page=0', undefined, 400, 'validation_error'],
    ['a page of 201', 'get', '/controller/orchestrators?page_size=201', undefined, 400, 'validation_error'],
    [
      'a page that is not a number',
      'get',
      '/controller/orchestrators?page=x',
      undefined,
      400,
      'validation_error',
    ],
    [
      'a sort by an unlisted column',
      'get',
      '/controller/orchestrators?sort=database_url',
      undefined,
      400,
      'validation_error',
    ],
    ['an unknown status', 'get', '/controller/orchestrators?status=fine', undefined, 400, 'validation_error'],
    [
      'an unknown parameter',
      'get',
      '/controller/orchestrators?color=red',
      undefined,
      400,
      'validation_error',
    ],
    ['NUL in a search', 'get', '/controller/orchestrators?search=%00', undefined, 400, 'validation_error'],
    ['NUL in a label', 'get', '/controller/orchestrators?label=a%3D%00', undefined, 400, 'validation_error'],
    [
      'an unknown field',
      'put',
      '/internal/orchestrators/x/independence',
      { is_independent: true, more: 1 },
      400,
      'validation_error',
    ],
    ['a missing body', 'put', '/internal/orchestrators/x/independence', undefined, 400, 'validation_error'],
    [
      'a body beyond 1 MiB',
      'put',
      '/internal/orchestrators/x/independence',
      { is_independent: 'x'.repeat(1_100_000) },
      413,
      'payload_too_large',
    ],
  ])('answers %s with its error type and a request id', async (_, method, path, body, status, error) => {
    const response = await controller.request(method, path).send(body).expect(status);
    const envelope = response.body as ErrorEnvelope;
    expect(envelope).toMatchObject({ success: false, error });
    expect(envelope.detail).not.toBe('');
    expect(Date.parse(envelope.timestamp)).not.toBeNaN();
    expect(envelope.request_id).toBe(response.headers['x-request-id']);
  });

  it('names each refused field', async () => {
    const response = await controller
      .request('put', '/internal/orchestrators/x/independence')
      .send({ is_independent: 'yes', surplus: 1 })
      .expect(400);
    const fields = (response.body as ErrorEnvelope).errors?.map(({ field }) => field).sort();
    expect(fields).toEqual(['is_independent', 'surplus']);
  });

  it('answers invalid JSON with a validation error that repeats nothing of it', async () => {
    const response = await controller.anonymous
      .put('/api/v1/internal/orchestrators/x/independence')
      .auth(TOKEN, { type: 'bearer' })
      .set('content-type', 'application/json')
      .send('{"secret-of-mine":')
      .expect(400);
    expect(response.body).toMatchObject({ success: false, error: 'validation_error' });
    expect(response.text).not.toContain('secret-of-mine');
  });

  it('allows changes from browsers of allowed origins only', async () => {
    const other = await TestController.start({ env: { CORS_ORIGINS: 'https://console.example.com' } });
    const preflight = (origin: string) =>
      other.anonymous
        .options('/api/v1/internal/orchestrators/x/independence')
        .set({ origin, 'access-control-request-method': 'PUT' });
    const allowed = await preflight('https://console.example.com').expect(204);
    expect(allowed.headers['access-control-allow-methods']).toContain('PUT');
    expect(allowed.headers['access-control-allow-origin']).toBe('https://console.example.com');
    const refused = await preflight('https://elsewhere.example.com');
    expect(refused.headers['access-control-allow-origin']).toBeUndefined();
    await other.dispose();
  });

  it('gives every request its own id', async () => {
    const ids = await Promise.all(
      [1, 2, 3].map(
        async () => (await controller.request('get', '/controller/overview')).headers['x-request-id'],
      ),
    );
    expect(new Set(ids).size).toBe(3);
  });

  it('reveals no internals of a failure, and logs it under the request id', async () => {
    await controller.database.query('ALTER TABLE organizations RENAME TO organizations_elsewhere');
    const response = await controller.request('get', '/controller/organizations').expect(500);
    await controller.database.query('ALTER TABLE organizations_elsewhere RENAME TO organizations');
    const envelope = response.body as ErrorEnvelope;
    expect(envelope).toMatchObject({ success: false, error: 'internal_error' });
    expect(response.text).not.toMatch(/relation|select|organizations_|stack|at /i);
    expect(controller.log.text()).toContain(envelope.request_id);
  });
});
