import { waitUntil, type TestOrchestrator } from '@moolai/testing';
import { Figures } from '../support/exposition.js';
import { lockOut } from '../support/row-lock.js';
import { useController } from '../support/use-controller.js';

/** With sixteen messages each and the longest detail, they exceed the MiB for acknowledgements in this test. */
const RECEIVERS = 20;
const WINDOW = 16;
const LONGEST = 'x'.repeat(4_096);
const SHORT = 200;
const MESSAGES = 'orchestrator_messages';

/** An orchestrator, and the unacknowledged messages that it received. */
interface Receiver {
  id: string;
  ids: number[];
  orchestrator: TestOrchestrator;
}

describe('acknowledgements that cannot be stored', () => {
  const controller = useController({ env: { ACK_BUFFER_MB: '1', MESSAGE_ACK_TIMEOUT_SEC: '600' } });

  async function buffer(name: string, figure = 'bytes'): Promise<number> {
    const figures = await Figures.of(controller);
    return figures.value(`moolai_buffer_${figure}`, { buffer: name }) ?? NaN;
  }

  /** An orchestrator with a full window, which it receives at once because the messages were stored before. */
  async function receiver(id: string): Promise<Receiver> {
    await (await controller.orchestrator(id)).close();
    const body = { message_type: 'note', message_content: {} };
    for (let n = 0; n < WINDOW; n += 1) {
      await controller.api.sendMessage(id, body);
    }
    const orchestrator = await controller.orchestrator(id, { capabilities: ['message_ack'] });
    const ids: number[] = [];
    while (ids.length < WINDOW) ids.push((await orchestrator.next('message')).message_id);
    // Ignores the configuration.
    orchestrator.inbox.length = 0;
    return { id, ids, orchestrator };
  }

  function acknowledge({ id, ids, orchestrator }: Receiver): void {
    for (const message_id of ids) {
      orchestrator.send({
        type: 'message_ack',
        orchestrator_id: id,
        message_id,
        status: 'failed',
        detail: LONGEST,
      });
    }
  }

  it('are truncated, then refused with a retry time, and count when repeated', async () => {
    const receivers = await Promise.all(
      Array.from({ length: RECEIVERS }, (_, n) => receiver(`receiver-${n}`)),
    );
    const limited = (): TestOrchestrator[] =>
      receivers
        .map(({ orchestrator }) => orchestrator)
        .filter(({ inbox }) => inbox.some(({ type }) => type === 'error'));
    const release = await lockOut(controller.database, MESSAGES);
    try {
      for (const one of receivers) acknowledge(one);
      await waitUntil('some are asked to wait', () => limited().length > 0);
      const limit = await buffer('acknowledgements', 'limit_bytes');
      expect(await buffer('acknowledgements')).toBeLessThanOrEqual(limit);
    } finally {
      await release();
    }
    for (const { inbox } of limited()) {
      expect(inbox).toEqual([
        expect.objectContaining({
          type: 'error',
          code: 'rate_limited',
          retry_after_ms: expect.any(Number) as number,
        }),
      ]);
    }
    await waitUntil('what was taken is stored', async () => (await buffer('acknowledgements')) === 0);
    // Refused ones are still in flight; the others are repetitions.
    for (const one of receivers) acknowledge(one);
    await waitUntil('every message has failed', async () => {
      const rows = await controller.database.query<{ length: number }>(
        `SELECT length(failure_reason) FROM ${MESSAGES} WHERE orchestrator_id LIKE 'receiver-%' AND status = 'failed'`,
      );
      expect(rows.every(({ length }) => length === LONGEST.length || length === SHORT)).toBe(true);
      return rows.length === RECEIVERS * WINDOW;
    });
    for (const { orchestrator } of receivers) orchestrator.crash();
  }, 60_000);

  it('are looked up a few at a time if no delivery is in progress', async () => {
    const guesser = await controller.orchestrator('guesser');
    const release = await lockOut(controller.database, MESSAGES);
    try {
      for (let message_id = 1; message_id <= 1_000; message_id += 1) {
        guesser.send({ type: 'message_ack', orchestrator_id: 'guesser', message_id, status: 'delivered' });
      }
      await expect(guesser.next('error')).resolves.toMatchObject({
        code: 'rate_limited',
        retry_after_ms: expect.any(Number) as number,
      });
      const waiting = await buffer('lookups');
      expect(waiting).toBeGreaterThan(0);
      expect(waiting).toBeLessThanOrEqual(16 * 1024);
    } finally {
      await release();
    }
    await expect(guesser.next('error')).resolves.toMatchObject({
      code: 'invalid_message',
      detail: 'There is no message with this id to this orchestrator.',
    });
    await waitUntil('nothing waits', async () => (await buffer('lookups')) === 0);
  });
});
