import { connect } from 'node:net';
import { FleetEvents } from '@moolai/api';
import type { FleetEvent, HeartbeatEventData, Page } from '@moolai/contracts';
import { EventReader, waitUntil } from '@moolai/testing';
import { TestController, TOKEN } from '../support/test-controller.js';
import { useController } from '../support/use-controller.js';

describe('live events', () => {
  const controller = useController({
    env: { HEARTBEAT_INTERVAL_SEC: '0.5', HEARTBEAT_TTL_SEC: '2', ACTIVITY_BUFFER_SIZE: '100' },
  });

  function open(lastEventId?: string): Promise<EventReader> {
    return EventReader.open(`${controller.url}/api/v1/controller/events`, {
      authorization: `Bearer ${TOKEN}`,
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    });
  }

  it('are server-sent events, starting with their position', async () => {
    const reader = await open();
    expect(reader.response.status).toBe(200);
    expect(reader.response.headers.get('content-type')).toMatch('text/event-stream');
    expect(reader.response.headers.get('x-accel-buffering')).toBe('no');
    expect(reader.response.headers.get('cache-control')).toBe('no-store');
    await expect(reader.next('ready')).resolves.toMatchObject({ id: expect.any(String) as string });
    reader.close();
  });

  it('require credentials', async () => {
    await controller.anonymous.get('/api/v1/controller/events').expect(401);
  });

  it('report connecting, heartbeats, inactivity and disconnecting', async () => {
    const reader = await open();
    await reader.next('ready');
    const orchestrator = await controller.orchestrator('ev-1');
    const mine = (event: { data: Record<string, unknown> }): boolean =>
      event.data['orchestrator_id'] === 'ev-1';
    const status = async (): Promise<FleetEvent['data']> =>
      ((await reader.next('orchestrator.status', mine)).data as unknown as FleetEvent).data;
    await expect(status()).resolves.toMatchObject({
      status: 'active',
      connected: true,
      previous_status: null,
    });
    await reader.next('orchestrator.connected', mine);
    orchestrator.beat('ev-1');
    const beats = await reader.next('orchestrator.heartbeat');
    expect(beats.id).toBeUndefined();
    expect(beats.data['items']).toEqual([
      {
        orchestrator_id: 'ev-1',
        organization_id: 'org-001',
        last_seen: expect.stringMatching(/Z$/) as string,
      },
    ]);
    await expect(status()).resolves.toMatchObject({
      status: 'inactive',
      connected: true,
      previous_status: 'active',
    });
    orchestrator.beat('ev-1');
    await expect(status()).resolves.toMatchObject({ status: 'active', connected: true });
    await orchestrator.close();
    await expect(status()).resolves.toMatchObject({ status: 'inactive', connected: false });
    await reader.next('orchestrator.disconnected', mine);
    reader.close();
  });

  it('report a refused registration once, however often it is retried', async () => {
    const reader = await open();
    await reader.next('ready');
    await controller.orchestrator('ev-known', { organization_id: 'org-known' });
    for (let count = 0; count < 3; count += 1) {
      const impostor = await controller.connect();
      impostor.send({ type: 'register', orchestrator_id: 'ev-known', organization_id: 'org-other' });
      await impostor.untilClosed();
    }
    const { data } = await reader.next('orchestrator.refused');
    expect(data).toMatchObject({
      orchestrator_id: 'ev-known',
      organization_id: 'org-known',
      summary: expect.stringMatching(/^ev-known was refused: .*org-other/) as string,
      data: {
        error: 'organization_mismatch',
        remote_address: expect.stringContaining('127.0.0.1') as string,
      },
    });
    await (await controller.orchestrator('ev-after')).close();
    await reader.next('orchestrator.disconnected', (event) => event.data['orchestrator_id'] === 'ev-after');
    expect(reader.events.filter(({ name }) => name === 'orchestrator.refused')).toHaveLength(0);
    reader.close();
  });

  it('report heartbeats as one event per second for the whole fleet', async () => {
    const fleet = await Promise.all(
      Array.from({ length: 20 }, (_, index) => controller.orchestrator(`ev-fleet-${index}`)),
    );
    const reader = await open();
    await reader.next('ready');
    const startedAt = performance.now();
    for (let round = 0; round < 10; round += 1) {
      for (const [index, one] of fleet.entries()) one.beat(`ev-fleet-${index}`);
      await new Promise(setImmediate);
    }
    const heartbeats = (): { orchestrator_id: string }[][] =>
      reader.events
        .filter(({ name }) => name === 'orchestrator.heartbeat')
        .map(({ data }) => (data as unknown as HeartbeatEventData).items);
    await waitUntil('the whole fleet was reported', () => {
      return (
        new Set(
          heartbeats()
            .flat()
            .map(({ orchestrator_id }) => orchestrator_id),
        ).size === 20
      );
    });
    // On a busy machine a late event is followed by one on time.
    expect(heartbeats().length).toBeLessThanOrEqual(Math.ceil((performance.now() - startedAt) / 1_000) + 1);
    reader.close();
    await Promise.all(fleet.map((one) => one.close()));
  });

  it('resume where a stream was interrupted', async () => {
    const first = await open();
    const { id } = await first.next('ready');
    first.close();
    await (await controller.orchestrator('ev-2')).close();
    const second = await open(id);
    const status = await second.next('orchestrator.status', ({ data }) => data['orchestrator_id'] === 'ev-2');
    expect(status.data).toMatchObject({ data: { connected: true } });
    const last = await second.next('orchestrator.disconnected');
    second.close();
    const third = await open(last.id);
    await third.next('ready');
    expect(third.events.filter(({ name }) => name === 'orchestrator.disconnected')).toEqual([]);
    third.close();
  });

  it.each(['', 'rubbish', 'another-process-7', `${'f'.repeat(12)}-3`])(
    'ask for a reload after %j',
    async (id) => {
      const reader = await open(id);
      await reader.next('resync');
      await reader.next('ready');
      reader.close();
    },
  );

  it('ask for a reload when too many were missed', async () => {
    const first = await open();
    const { id } = await first.next('ready');
    first.close();
    for (let count = 0; count < 60; count += 1) await (await controller.orchestrator('ev-many')).close();
    const second = await open(id);
    await second.next('resync');
    second.close();
  });

  it('drop a reader that does not read, without delaying others', async () => {
    const { hostname, port } = new URL(controller.url);
    const deaf = connect(Number(port), hostname);
    deaf.on('error', () => undefined);
    deaf.pause();
    deaf.write(`GET /api/v1/controller/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`);
    const events = controller.nest.get(FleetEvents);
    await waitUntil('it listens', () => events.hasHeartbeatListeners);
    await waitUntil('it is dropped', () => {
      for (let count = 0; count < 500; count += 1) {
        events.publish({
          type: 'orchestrator.changed',
          organizationId: 'org-001',
          summary: 'x'.repeat(1_000),
        });
      }
      return !events.hasHeartbeatListeners;
    });
    deaf.destroy();
    const orchestrator = await controller.orchestrator('ev-calm');
    expect(orchestrator.isOpen).toBe(true);
    await orchestrator.close();
  });

  it('end with the controller', async () => {
    const other = await TestController.start();
    const reader = await EventReader.open(`${other.url}/api/v1/controller/events`, {
      authorization: `Bearer ${TOKEN}`,
    });
    await reader.next('ready');
    await other.close();
    await waitUntil('the stream ends', () => !reader.isOpen);
    await other.database.drop();
  });
});

describe('activity', () => {
  const controller = useController();

  beforeAll(async () => {
    for (let count = 0; count < 3; count += 1) {
      await (await controller.orchestrator('act-1', { organization_id: 'org-act' })).close();
    }
    await controller.orchestrator('act-2');
    await waitUntil('all ends are noticed', async () => {
      return (await list('type=orchestrator.disconnected')).total === 3;
    });
  });

  function list(query: string): Promise<Page<FleetEvent>> {
    return controller.get<Page<FleetEvent>>(`/controller/activity?${query}`);
  }

  it('lists events, newest first, with a sentence for each', async () => {
    const { items, total, page, page_size } = await list('');
    expect({ total, page, page_size }).toEqual({ total: items.length, page: 1, page_size: 50 });
    const times = items.map((item) => item.at);
    expect(times).toEqual(times.toSorted().toReversed());
    for (const item of items) expect(item.summary).toMatch(/\.$/);
  });

  it.each([
    ['orchestrator_id=act-2&type=orchestrator.connected', 1],
    ['organization_id=org-act&type=orchestrator.connected', 3],
    ['type=orchestrator.connected', 4],
    ['orchestrator_id=nobody', 0],
    ['from=2099-01-01T00:00:00Z', 0],
    ['to=2001-01-01T00:00:00Z', 0],
    ['search=ACT-2&type=orchestrator.connected', 1],
  ])('filters by %s', async (query, total) => {
    expect((await list(query)).total).toBe(total);
  });

  it('is paged', async () => {
    const all = await list('type=orchestrator.connected');
    const second = await list('type=orchestrator.connected&page=2&page_size=1');
    expect(second.items).toEqual([all.items[1]]);
    expect(second.total).toBe(all.total);
  });

  it('refuses an invalid time', async () => {
    await controller.api.listActivity({ from: 'yesterday' }).expect(400);
  });
});
