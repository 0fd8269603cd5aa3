import { FakeClock, waitUntil, type TestOrchestrator } from '@moolai/testing';
import type { Clock } from '@moolai/api';
import { DataSource } from 'typeorm';
import type { TestController } from '../support/test-controller.js';
import { useController } from '../support/use-controller.js';

const ACKS = { capabilities: ['message_ack'] };
/** The limit of a delivery statement, plus one message. */
const BOUND_BYTES = (8 * 1024 + 256) * 1024;
const MESSAGE_BYTES = 240_000;
const WINDOW = 16;
const COUNT = 6;

/** Records how many bytes a controller's statements read. */
function watchReads(controller: TestController): { largest: () => number; reset: () => void } {
  const dataSource = controller.nest.get(DataSource);
  const query = dataSource.query.bind(dataSource) as (...args: unknown[]) => Promise<unknown>;
  let largest = 0;
  dataSource.query = async <T>(...args: unknown[]): Promise<T> => {
    const result = await query(...args);
    largest = Math.max(largest, JSON.stringify(result ?? null).length);
    return result as T;
  };
  return { largest: () => largest, reset: () => (largest = 0) };
}

function messagesOf({ inbox }: TestOrchestrator): number[] {
  return inbox.flatMap((message) => (message.type === 'message' ? message.message_id : []));
}

describe('reads of one delivery statement', () => {
  const clock = new FakeClock();
  const controller = useController({ clock: clock as unknown as Clock });
  let reads: ReturnType<typeof watchReads>;

  beforeAll(() => {
    reads = watchReads(controller);
  });

  beforeEach(() => reads.reset());

  /** Messages of some orchestrators in turn; every second text is one that PostgreSQL cannot compress. */
  async function store(ids: string[], count: number, status = 'pending'): Promise<void> {
    await controller.database.query(
      `INSERT INTO orchestrator_messages (orchestrator_id, direction, message_type, message_content, status,
         awaits_ack, attempts)
       SELECT id, 'to_orchestrator', 'large', jsonb_build_object('text', CASE WHEN n % 2 = 0
         THEN repeat('x', $3) ELSE (SELECT string_agg(md5(n || ' ' || k), '') FROM generate_series(1, $3 / 32) k) END),
         $4::varchar, $4 = 'sent', CASE WHEN $4 = 'sent' THEN 1 ELSE 0 END
       FROM generate_series(1, $2::int) AS n CROSS JOIN unnest($1::text[]) AS id`,
      [ids, count, MESSAGE_BYTES, status],
    );
  }

  async function storedFor(id: string): Promise<number[]> {
    const rows = await controller.database.query<{ id: number }>(
      'SELECT id::int FROM orchestrator_messages WHERE orchestrator_id = $1 ORDER BY id',
      [id],
    );
    return rows.map((row) => row.id);
  }

  async function known(ids: string[]): Promise<void> {
    for (const id of ids) {
      const orchestrator = await controller.orchestrator(id, ACKS);
      await orchestrator.close();
    }
  }

  function connect(ids: string[]): Promise<TestOrchestrator[]> {
    return Promise.all(ids.map((id) => controller.orchestrator(id, ACKS)));
  }

  async function expectInOrder(ids: string[], orchestrators: TestOrchestrator[]): Promise<void> {
    for (const [index, orchestrator] of orchestrators.entries()) {
      const expected = await storedFor(ids[index] ?? '');
      await waitUntil('all have come', () => messagesOf(orchestrator).length >= expected.length);
      expect(messagesOf(orchestrator)).toEqual(expected);
    }
  }

  it('are limited in bytes for new messages and for those that the last connection left', async () => {
    const ids = Array.from({ length: COUNT }, (_, n) => `full-${n}`);
    await known(ids);
    await store(ids, WINDOW);
    const first = await connect(ids);
    await expectInOrder(ids, first);
    expect(reads.largest()).toBeGreaterThan(MESSAGE_BYTES);
    expect(reads.largest()).toBeLessThan(BOUND_BYTES);
    reads.reset();
    await Promise.all(first.map((orchestrator) => orchestrator.close()));
    const second = await connect(ids);
    await expectInOrder(ids, second);
    expect(reads.largest()).toBeGreaterThan(MESSAGE_BYTES);
    expect(reads.largest()).toBeLessThan(BOUND_BYTES);
    await Promise.all(second.map((orchestrator) => orchestrator.close()));
  });

  it('are limited for one orchestrator with more than a window, which receives all in order', async () => {
    await known(['over-1']);
    await store(['over-1'], 3 * WINDOW, 'sent');
    const [orchestrator] = await connect(['over-1']);
    if (!orchestrator) throw new Error('not connected');
    const expected = await storedFor('over-1');
    const came: number[] = [];
    await waitUntil('all have come', () => {
      for (const message of orchestrator.inbox.splice(0)) {
        if (message.type !== 'message') continue;
        came.push(message.message_id);
        orchestrator.send({ type: 'message_ack', message_id: message.message_id, status: 'delivered' });
      }
      return came.length >= expected.length;
    });
    expect(came).toEqual(expected);
    expect(reads.largest()).toBeLessThan(BOUND_BYTES);
    await orchestrator.close();
  });

  it('are limited for late messages of many orchestrators at once', async () => {
    const ids = Array.from({ length: 40 }, (_, n) => `late-${n}`);
    await known(ids);
    await store(ids, 1);
    const orchestrators = await connect(ids);
    await expectInOrder(ids, orchestrators);
    reads.reset();
    clock.advance(controller.settings.messageAckTimeoutSec * 1_000 + 1);
    for (const orchestrator of orchestrators) {
      const came = await waitUntil('it came again', () => {
        const all = messagesOf(orchestrator);
        return all.length >= 2 && all;
      });
      expect(came).toEqual([came[0], came[0]]);
    }
    expect(reads.largest()).toBeGreaterThan(MESSAGE_BYTES);
    expect(reads.largest()).toBeLessThan(BOUND_BYTES);
    await Promise.all(orchestrators.map((orchestrator) => orchestrator.close()));
  });
});
