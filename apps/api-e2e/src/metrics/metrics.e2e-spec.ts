import { MESSAGE_STATUSES } from '@moolai/contracts';
import { waitUntil } from '@moolai/testing';
import { Figures } from '../support/exposition.js';
import { TestController, TOKEN } from '../support/test-controller.js';
import { useController } from '../support/use-controller.js';

const ORGANIZATIONS = { metric: 'moolai_orchestrators', label: 'organization_id' };

describe('/metrics', () => {
  const controller = useController({
    env: { HEARTBEAT_INTERVAL_SEC: '1', HEARTBEAT_TTL_SEC: '60' },
  });

  /** The metrics, once the condition holds. */
  function figures(what: string, isSo: (figures: Figures) => boolean): Promise<Figures> {
    return waitUntil(what, async () => {
      const present = await Figures.of(controller);
      return isSo(present) && present;
    });
  }

  it("is in Prometheus' format, and not part of the documented API", async () => {
    const response = await controller.anonymous.get('/metrics').expect(200);
    expect(response.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(response.text).toContain('# TYPE moolai_http_request_duration_seconds histogram');
    const { body } = (await controller.anonymous.get('/api/docs-json')) as { body: { paths: object } };
    expect(Object.keys(body.paths).filter((path) => path.endsWith('/metrics'))).toEqual([
      '/api/v1/controller/orchestrators/{id}/metrics',
    ]);
    await controller.anonymous.get('/api/v1/metrics').expect(404);
  });

  it('counts connections, registrations by result, and processed and ignored heartbeats', async () => {
    const one = await controller.orchestrator('met-1', { organization_id: 'org-met' });
    const two = await controller.orchestrator('met-2', { organization_id: 'org-met' });
    await controller.connect();
    const stranger = await controller.connect();
    stranger.send({ type: 'register', orchestrator_id: 'met-1', organization_id: 'org-elsewhere' });
    await stranger.next('handshake_ack');
    await controller.switchIndependence('met-2', true);
    for (const orchestrator of [one, two, one]) {
      const id = orchestrator === one ? 'met-1' : 'met-2';
      orchestrator.send({ type: 'i_am_alive', orchestrator_id: id });
    }
    const present = await figures(
      'all of it is counted',
      (some) =>
        some.value('moolai_heartbeats_total', { result: 'processed' }) === 2 &&
        some.value('moolai_heartbeats_total', { result: 'ignored' }) === 1 &&
        some.value('moolai_connections', { state: 'unregistered' }) === 1 &&
        some.value('moolai_heartbeat_batch_delay_seconds_count') !== 0,
    );
    expect(present.value('moolai_connections', { state: 'registered' })).toBe(2);
    expect(present.value('moolai_registrations_total', { result: 'accepted' })).toBe(2);
    expect(present.value('moolai_registrations_total', { result: 'organization_mismatch' })).toBe(1);
    expect(present.value('moolai_registrations_total', { result: 'busy' })).toBe(0);
    expect(present.value('moolai_heartbeat_batches_total', { result: 'written' })).toBeGreaterThan(0);
    expect(present.value('moolai_heartbeat_batch_rows_count')).toBeGreaterThan(0);
    await figures(
      'the status of each is counted',
      (some) =>
        some.value('moolai_orchestrators', { organization_id: 'org-met', status: 'active' }) === 1 &&
        some.value('moolai_orchestrators', { organization_id: 'org-met', status: 'independent' }) === 1,
    );
  });

  it('measures the delivery of a message and of a configuration', async () => {
    const orchestrator = await controller.orchestrator('met-3', { capabilities: ['message_ack'] });
    await controller.api.sendMessage('met-3', { message_type: 'note', message_content: {} });
    const { message_id } = await orchestrator.next('message');
    orchestrator.send({ type: 'message_ack', message_id, status: 'delivered' });
    await controller.api.changeOrchestratorConfig('met-3', { session_config: { a: 1 } });
    await orchestrator.next('config_update');
    const present = await figures(
      'the message is delivered',
      (some) => some.value('moolai_messages', { status: 'delivered' }) === 1,
    );
    expect(present.labels('moolai_messages', 'status')).toEqual([...MESSAGE_STATUSES].sort());
    for (const status of ['pending', 'sent', 'delivered']) {
      expect(present.value('moolai_message_transitions_total', { status })).toBe(1);
    }
    expect(present.value('moolai_message_delivery_seconds_count')).toBe(1);
    expect(present.value('moolai_config_pushes_total')).toBe(1);
    expect(present.value('moolai_config_push_seconds_count')).toBe(1);
  });

  it('measures requests by route template, without live streams', async () => {
    await controller.api.getOrchestrator('met-1');
    await controller.api.getOrchestrator('met-none').expect(404);
    await controller.anonymous.get('/api/nowhere/at-all').expect(404);
    const leave = new AbortController();
    const stream = await fetch(`${controller.url}/api/v1/controller/events`, {
      headers: { authorization: `Bearer ${TOKEN}` },
      signal: leave.signal,
    });
    expect(stream.status).toBe(200);
    leave.abort();
    await waitUntil('the end of the stream is noticed', () => {
      return controller.log.records().some(({ route }) => route === '/api/v1/controller/events');
    });
    const name = 'moolai_http_request_duration_seconds_count';
    const present = await Figures.of(controller);
    const route = '/api/v1/controller/orchestrators/:id';
    expect(present.value(name, { method: 'GET', route, status: '200' })).toBe(1);
    expect(present.value(name, { method: 'GET', route, status: '404' })).toBe(1);
    expect(present.labels(name, 'route')).not.toContain('/api/v1/controller/events');
    expect(present.labels(name, 'route').join()).not.toMatch(/met-|nowhere/);
  });

  it('reports the process and the connection pool', async () => {
    const present = await Figures.of(controller);
    expect(present.value('moolai_build_info')).toBe(1);
    expect(present.value('moolai_database_up')).toBe(1);
    expect(present.value('moolai_database_pool_size')).toBe(20);
    expect(present.labels('moolai_database_pool_connections', 'state')).toEqual(['busy', 'idle', 'waiting']);
    expect(present.value('moolai_event_loop_delay_seconds', { of: 'max' })).toBeLessThan(10);
    for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes']) {
      expect(present.value(name)).toBeGreaterThan(0);
    }
  });

  it('does not count its own database check as a connection in use', async () => {
    const name = 'moolai_database_pool_connections';
    await waitUntil('nothing is in use', async () => {
      const present = await Figures.of(controller);
      return present.value(name, { state: 'busy' }) === 0 && present.value(name, { state: 'waiting' }) === 0;
    });
  });

  it('has no orchestrator in any label', async () => {
    const { text } = await controller.anonymous.get('/metrics').expect(200);
    expect(text).not.toMatch(/met-\d/);
  });

  it('answers while the database is down, and omits only what it cannot know', async () => {
    await controller.database.goAway();
    const away = await figures('the outage is seen', (some) => some.value('moolai_database_up') === 0);
    expect(away.value('moolai_heartbeats_total', { result: 'processed' })).toBe(2);
    await figures('what only the database knows is left out', (some) => {
      return some.value('moolai_messages') === undefined && some.value('moolai_orchestrators') === undefined;
    });
    await controller.database.comeBack();
    await figures('it is back', (some) => some.value('moolai_messages', { status: 'delivered' }) === 1);
  });
});

describe('access to /metrics', () => {
  it('requires METRICS_TOKEN if it is set', async () => {
    const controller = await TestController.start({ env: { METRICS_TOKEN: 'scrape-me' } });
    const read = (token: string) => controller.anonymous.get('/metrics').auth(token, { type: 'bearer' });
    const refused = await controller.anonymous.get('/metrics').expect(401);
    expect(refused.body).toMatchObject({ success: false, error: 'unauthorized' });
    await read(TOKEN).expect(403);
    await read('scrape-me').expect(200);
    await controller.dispose();
  });

  it.each([
    ['no organization names in production', {}, ['_all']],
    ['organization names with the token', { METRICS_TOKEN: 'scrape-me' }, ['org-secret']],
  ])('determines the labels: %s', async (_, more, expected) => {
    const controller = await TestController.start({
      env: {
        NODE_ENV: 'production',
        ORCHESTRATOR_AUTH: 'open',
        JWT_SECRET: 'j'.repeat(40),
        CONTROLLER_ENCRYPTION_KEY: Buffer.from(Array.from({ length: 32 }, (_, n) => n * 7)).toString(
          'base64',
        ),
        ...more,
      },
    });
    await controller.orchestrator('met-prod', { organization_id: 'org-secret' });
    const { text } = await controller.anonymous
      .get('/metrics')
      .auth('scrape-me', { type: 'bearer' })
      .expect(200);
    const names = new RegExp(`${ORGANIZATIONS.metric}\\{${ORGANIZATIONS.label}="([^"]+)"`, 'g');
    expect([...new Set([...text.matchAll(names)].map(([, id]) => id))]).toEqual(expected);
    await controller.dispose();
  });
});
