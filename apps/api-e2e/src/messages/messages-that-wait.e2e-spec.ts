import pg from 'pg';
import { waitUntil } from '@moolai/testing';
import { Figures } from '../support/exposition.js';
import { useController } from '../support/use-controller.js';

/** More than the 32 MiB that may wait. */
const COUNT = 170;
const SIZE = 250_000;

describe('large messages that wait for the database', () => {
  const controller = useController();

  it('are refused with a retry time when too many bytes wait, and accepted ones are stored', async () => {
    await controller.orchestrator('wait-1');
    const blocker = new pg.Client({ ...controller.database.connection });
    await blocker.connect();
    await blocker.query('BEGIN');
    await blocker.query('LOCK TABLE orchestrator_messages IN EXCLUSIVE MODE');
    const message_content = { text: 'x'.repeat(SIZE) };
    const answers = Array.from({ length: COUNT }, async () => {
      const answer = await controller.api
        .sendMessage('wait-1', { message_type: 'large', message_content })
        .answer();
      return { status: answer.status, retryAfter: answer.headers['retry-after'] };
    });
    await waitUntil('some are refused', async () => {
      const figures = await Figures.of(controller);
      return figures.value('moolai_buffer_refusals_total', { buffer: 'messages' });
    });
    await blocker.query('COMMIT');
    await blocker.end();
    const outcomes = await Promise.all(answers);
    const accepted = outcomes.filter(({ status }) => status === 201);
    const refused = outcomes.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(0);
    expect(accepted.length + refused.length).toBe(COUNT);
    for (const { retryAfter } of refused) expect(Number(retryAfter)).toBeGreaterThan(0);
    const [row] = await controller.database.query<{ count: number }>(
      `SELECT count(*)::int FROM orchestrator_messages WHERE message_type = 'large'`,
    );
    expect(row?.count).toBe(accepted.length);
  });
});
