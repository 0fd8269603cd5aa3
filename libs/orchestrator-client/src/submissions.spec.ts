import { waitUntil } from '@moolai/testing';
import { NotStoredError } from './not-stored-error.js';
import { ClientBench } from './testing/client-bench.js';
import type { ScriptedController } from './testing/scripted-controller.js';

const METRICS = { metrics: { tokens_per_sec: 1 } };

describe('a recommendation or report', () => {
  let bench: ClientBench;
  let controller: ScriptedController;

  beforeEach(async () => {
    bench = await ClientBench.open();
    ({ controller } = bench);
  });

  afterEach(() => bench.dispose());

  it('resolves with the message id once it is stored', async () => {
    controller.answerQueued = ({ client_message_id = '' }) => [
      { type: 'received', client_message_id, message_id: 77 },
    ];
    const client = bench.start();
    const events: unknown[] = [];
    client.on('received', (...event) => events.push(event));
    const submission = client.recommend({ action: 'scale_up' });
    await expect(submission).resolves.toEqual({ messageId: 77 });
    expect(submission.clientMessageId).toMatch(/^[0-9a-f-]{36}$/);
    expect(events).toEqual([[submission.clientMessageId, 77]]);
    expect(controller.ofType('recommendation')).toEqual([
      {
        type: 'recommendation',
        orchestrator_id: 'orch-1',
        client_message_id: submission.clientMessageId,
        recommendation: { action: 'scale_up' },
      },
    ]);
    expect(client.queuedCount).toBe(0);
  });

  it('carries all given fields', async () => {
    const client = bench.start();
    const usage = [{ model: 'm', input_tokens: 5, cost_usd: 0.1 }];
    await client.report({ ...METRICS, usage, health_status: { status: 'ok' } }, 'my-id');
    expect(controller.ofType('monitoring')).toEqual([
      {
        type: 'monitoring',
        orchestrator_id: 'orch-1',
        client_message_id: 'my-id',
        timestamp: expect.stringMatching(/^\d{4}-.*Z$/) as string,
        ...METRICS,
        usage,
        health_status: { status: 'ok' },
      },
    ]);
    await client.report({ ...METRICS, timestamp: '2026-01-01T00:00:00.000Z' });
    expect(controller.ofType('monitoring')[1]?.timestamp).toBe('2026-01-01T00:00:00.000Z');
  });

  it('waits for the connection, and is sent in order', async () => {
    const client = bench.client();
    const stored = ['a', 'b', 'c'].map((id) => client.recommend({ id }, id));
    await Promise.all(stored.map(({ queued }) => queued));
    expect(client.queuedCount).toBe(3);
    client.start();
    await Promise.all(stored);
    expect(controller.queuedIds).toEqual(['a', 'b', 'c']);
  });

  it('is sent again after a reconnect until it is stored, unlike stored ones', async () => {
    controller.answerQueued = (message) =>
      message.client_message_id === 'a' ? [controller.store(message)] : [];
    const client = bench.start();
    const stored = ['a', 'b', 'c'].map((id) => client.recommend({ id }, id));
    await waitUntil('all came', () => controller.queuedIds.length === 3);
    await stored[0];
    controller.answerQueued = (message) => [controller.store(message)];
    controller.cut();
    await Promise.all(stored);
    expect(controller.queuedIds).toEqual(['a', 'b', 'c', 'b', 'c']);
  });

  it('is sent again when the answer is late', async () => {
    controller.answerQueued = () => [];
    const client = bench.start({ queue: { deadline: { firstMs: 10, longestMs: 20 } } });
    const stored = client.recommend({}, 'a');
    await waitUntil('it arrived three times', () => controller.queuedIds.length >= 3);
    controller.answerQueued = (message) => [controller.store(message)];
    await stored;
    expect(new Set(controller.queuedIds)).toEqual(new Set(['a']));
  });

  it('is held back while the maximum is in flight', async () => {
    controller.answerQueued = () => [];
    const client = bench.start({ queue: { maxInFlight: 2 } });
    const stored = ['a', 'b', 'c'].map((id) => client.recommend({ id }, id));
    await waitUntil('two came', () => controller.queuedIds.length === 2);
    await waitUntil('it beats', () => controller.ofType('i_am_alive').length > 1);
    expect(controller.queuedIds).toEqual(['a', 'b']);
    controller.answerQueued = (message) => [controller.store(message)];
    controller.send({ type: 'received', client_message_id: 'a', message_id: 1 });
    controller.send({ type: 'received', client_message_id: 'b', message_id: 2 });
    await Promise.all(stored);
  });

  it('makes room when the queue is full: the oldest report first, recommendations last', async () => {
    const client = bench.client({ queue: { maxEntries: 3 } });
    const dropped: string[] = [];
    client.on('dropped', ({ code, clientMessageId }) => dropped.push(`${clientMessageId} ${code}`));
    const first = client.recommend({}, 'recommendation 1');
    const report = client.report(METRICS, 'report 1');
    void client.report(METRICS, 'report 2');
    void client.recommend({}, 'recommendation 2');
    expect(dropped).toEqual(['report 1 queue_full']);
    const error = await report.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NotStoredError);
    expect(error).toMatchObject({ code: 'queue_full', clientMessageId: 'report 1' });
    void client.recommend({}, 'recommendation 3');
    void client.report(METRICS, 'report 3');
    void client.recommend({}, 'recommendation 4');
    expect(dropped.slice(1)).toEqual([
      'report 2 queue_full',
      'report 3 queue_full',
      'recommendation 1 queue_full',
    ]);
    await expect(first).rejects.toMatchObject({ code: 'queue_full' });
    client.start();
    await waitUntil('the rest is stored', () => client.queuedCount === 0);
    expect(controller.stored).toEqual(['recommendation 2', 'recommendation 3', 'recommendation 4']);
  });

  it('with an id that is queued already are the same one', async () => {
    const client = bench.client();
    const submission = client.recommend({ a: 1 }, 'same');
    expect(client.recommend({ a: 1 }, 'same')).toBe(submission);
    client.start();
    await submission;
    expect(controller.queuedIds).toEqual(['same']);
  });

  it.each([
    ['NaN', { metrics: { x: NaN } }, /metrics\.x must be of type "number"/],
    [
      'a fractional number of tokens',
      { metrics: {}, usage: [{ model: 'm', requests: 0.5 }] },
      /usage\.0\.requests/,
    ],
    ['NUL in a text', { metrics: {}, health_status: { status: 'o\u0000k' } }, /NUL/],
    [
      'more bytes than a frame allows',
      { metrics: {}, health_status: { status: 'x'.repeat(300_000) } },
      /larger/,
    ],
    ['a value that is not JSON', { metrics: { x: 1n as unknown as number } }, /BigInt/],
  ])('is refused at once with %s, and not queued', async (_, report, message) => {
    const client = bench.client();
    const submission = client.report(report);
    await expect(submission).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(message) as string,
    });
    await expect(submission.queued).rejects.toMatchObject({ code: 'invalid' });
    expect(client.queuedCount).toBe(0);
  });

  it('that the controller refuses does not block the others', async () => {
    controller.answerQueued = (message) =>
      message.client_message_id?.startsWith('bad')
        ? [{ type: 'error', code: 'invalid_message', detail: 'recommendation is not for this fleet' }]
        : [controller.store(message)];
    const client = bench.start({ queue: { deadline: { firstMs: 10, longestMs: 10 } } });
    const bad = ['bad 1', 'bad 2'].map((id) => client.recommend({ id }, id));
    const good = ['good 1', 'good 2'].map((id) => client.recommend({ id }, id));
    await Promise.all(good);
    for (const one of bad) {
      await expect(one).rejects.toMatchObject({
        code: 'refused',
        message: expect.stringContaining('not for this fleet') as string,
      });
    }
    expect(client.queuedCount).toBe(0);
    expect(client.isConnected).toBe(true);
  });

  it('ends with the client, stays queued, and is sent when it starts again', async () => {
    const client = bench.client();
    const submission = client.recommend({}, 'a');
    await client.stop();
    await expect(submission).rejects.toMatchObject({ code: 'stopped', clientMessageId: 'a' });
    await expect(client.recommend({}, 'b')).rejects.toMatchObject({ code: 'stopped' });
    client.start();
    await client.recommend({}, 'a');
    expect(controller.stored).toEqual(['a']);
  });
});
