import { DestroyRef } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { NOW_MS, overview, secondsAgo } from '../../../testing/builders';
import { FakeController, provideNetwork } from '../../../testing/fake-controller';
import { FakeStream, fleetEvent, provideStream } from '../../../testing/fake-stream';
import { pass, settle } from '../../../testing/gestures';
import { API } from '../http/api-operations';
import { ApiError, NetworkError } from '../http/request-failure';
import type { LiveBatch } from './live-batch';
import { LiveStore, POLL_MS } from './live.store';

interface Watched {
  readonly stream: FakeStream;
  readonly live: LiveStore;
  readonly batches: LiveBatch[];
  readonly resyncs: () => number;
}

/** A started live store with a follower. */
async function start(): Promise<Watched> {
  const stream = new FakeStream();
  TestBed.configureTestingModule({ providers: [provideNetwork(), provideStream(stream)] });
  const live = TestBed.inject(LiveStore);
  const batches: LiveBatch[] = [];
  let resyncs = 0;
  const owner = TestBed.inject(DestroyRef);
  live.follow({ onBatch: (batch) => batches.push(batch), onResync: () => (resyncs += 1) }, owner);
  live.start(owner);
  await settle();
  return { stream, live, batches, resyncs: () => resyncs };
}

describe('LiveStore', () => {
  it('is live once the stream starts, and reloads everything', async () => {
    const { stream, live, resyncs } = await start();
    expect(live.connection().name).toBe('connecting');

    await stream.ready();

    expect(live.connection().name).toBe('live');
    expect(resyncs()).toBe(1);
  });

  it('passes on simultaneous events together', async () => {
    const { stream, batches } = await start();
    await stream.ready();

    await stream.tell(fleetEvent({ summary: 'first' }), fleetEvent({ summary: 'second' }));

    expect(batches.map(({ events }) => events.map(({ summary }) => summary))).toEqual([['first', 'second']]);
  });

  it('passes on the latest heartbeat of each orchestrator', async () => {
    const { stream, batches } = await start();
    await stream.ready();

    await stream.beat('orch-001', secondsAgo(1));

    expect([...(batches[0]?.heartbeats ?? [])]).toEqual([['orch-001', secondsAgo(1)]]);
  });

  it('reports why it reconnects, and recovers automatically', async () => {
    const { stream, live } = await start();
    await stream.ready();

    await stream.end(new ApiError('unavailable', 'Too many.', 'req-42'));
    expect(live.connection()).toMatchObject({ name: 'reconnecting', failure: { detail: 'Too many.' } });
    await pass(1_000);
    expect(stream.attempts).toBe(2);
    await stream.ready(true);

    expect(live.connection().name).toBe('live');
  });

  it('retries less often when too many streams are open', async () => {
    const { stream } = await start();

    await stream.end(new ApiError('rate_limited', 'You have 10 live streams open.', 'req-42'));
    await pass(7_000);
    expect(stream.attempts).toBe(1);
    await pass(8_000);

    expect(stream.attempts).toBe(2);
  });

  it('reloads nothing when it resumes', async () => {
    const { stream, resyncs } = await start();
    await stream.ready();
    await stream.end();
    await pass(1_000);

    await stream.ready(true);

    expect(resyncs()).toBe(1);
  });

  it('reloads everything after a gap', async () => {
    const { stream, resyncs } = await start();
    await stream.ready();
    await stream.end();
    await pass(1_000);

    await stream.ready(false);

    expect(resyncs()).toBe(2);
  });

  it('reloads everything when too many events arrive', async () => {
    const { stream, resyncs } = await start();
    await stream.ready();

    await stream.tell(...Array.from({ length: 5_001 }, () => fleetEvent()));

    expect(resyncs()).toBe(2);
  });

  it('reconnects immediately on request', async () => {
    const { stream, live } = await start();
    await stream.end();
    expect(stream.attempts).toBe(1);

    live.reconnect();
    await settle();

    expect(stream.attempts).toBe(2);
  });

  it('reports since when it is not live, over several attempts', async () => {
    const { stream, live } = await start();
    await stream.end();
    const first = live.connection();
    await pass(1_000);
    await stream.end();

    const second = live.connection();
    expect(first.name === 'reconnecting' && second.name === 'reconnecting').toBe(true);
    expect((second as { sinceMs: number }).sinceMs).toBe((first as { sinceMs: number }).sinceMs);
  });

  it('reloads everything every few seconds while a proxy buffers the stream', async () => {
    const { stream, live, resyncs } = await start();
    const controller = new FakeController();

    await stream.end(new NetworkError(true));
    await controller.answer(API.getOverview, overview());
    expect(live.connection()).toEqual({ name: 'polling', sinceMs: NOW_MS });
    expect(resyncs()).toBe(1);
    await pass(2 * POLL_MS);
    expect(resyncs()).toBe(3);
    // It was retried in the meantime.
    await stream.ready();
    await pass(2 * POLL_MS);

    expect(live.connection().name).toBe('live');
    expect(resyncs()).toBe(4);
  });

  it('stops with its owner', async () => {
    const { stream } = await start();

    TestBed.resetTestingModule();
    await pass(60_000);

    expect(stream.attempts).toBe(1);
  });
});
