import type { PoolClient } from 'pg';
import { StatementWatch } from './statement-watch.js';
import { Work } from './work.js';

const UPDATE = `UPDATE t SET a = 1`;

/** A connection whose statements are answered when the test says so. */
function connection(): {
  client: PoolClient;
  answer: (error?: Error) => Promise<void>;
  isOpen: () => boolean;
} {
  let settle: (error?: Error) => void = () => undefined;
  let isOpen = true;
  const client = {
    query: () =>
      new Promise<void>((resolve, reject) => (settle = (error) => (error ? reject(error) : resolve()))),
    connection: { stream: { destroy: () => (isOpen = false) } },
  } as unknown as PoolClient;
  return {
    client,
    isOpen: () => isOpen,
    answer: async (error) => {
      settle(error);
      await new Promise(setImmediate);
    },
  };
}

/** Answers all statements but the last one, and abandons the work while that one is running. */
async function verdictAfter(...statements: string[]): Promise<string> {
  const { client, answer } = connection();
  const watch = new StatementWatch(client);
  const work = new Work('a');
  watch.handedOut(work);
  for (const [index, statement] of statements.entries()) {
    void (client.query(statement) as unknown as Promise<void>).catch(() => undefined);
    if (index < statements.length - 1) await answer();
  }
  return work.abandon();
}

describe('StatementWatch', () => {
  it.each([
    [['SELECT 1'], 'undone'],
    [['SELECT updated_at FROM t'], 'undone'],
    [[UPDATE], 'unknown'],
    [[`WITH a AS (${UPDATE} RETURNING *) SELECT * FROM a`], 'unknown'],
    [['START TRANSACTION', UPDATE], 'undone'],
    [['START TRANSACTION', UPDATE, 'SAVEPOINT a', UPDATE, 'ROLLBACK TO SAVEPOINT a', UPDATE], 'undone'],
    [['START TRANSACTION', UPDATE, 'COMMIT'], 'unknown'],
    [['START TRANSACTION', UPDATE, 'ROLLBACK', 'SELECT 1'], 'undone'],
    [['START TRANSACTION', UPDATE, 'COMMIT', 'SELECT 1'], 'unknown'],
  ])('%j abandoned before the last is answered: %s', async (statements, verdict) => {
    await expect(verdictAfter(...statements)).resolves.toBe(verdict);
  });

  it('ends the connection of abandoned work, and refuses its next statement', async () => {
    const { client, isOpen } = connection();
    const watch = new StatementWatch(client);
    const work = new Work('a');
    watch.handedOut(work);
    work.abandon();
    expect(isOpen()).toBe(false);
    await expect(client.query(UPDATE)).rejects.toThrow('answered before it was done');
  });

  it('reports doubt for statements lost on the way, but not for those that the server refused', async () => {
    const refused = Object.assign(new Error('no'), { severity: 'ERROR', code: '23505' });
    for (const [error, verdict] of [
      [refused, 'undone'],
      [new Error('Connection terminated unexpectedly'), 'unknown'],
    ] as const) {
      const { client, answer } = connection();
      const watch = new StatementWatch(client);
      const work = new Work('a');
      watch.handedOut(work);
      const lost = client.query(UPDATE) as unknown as Promise<void>;
      const settled = expect(lost).rejects.toBe(error);
      await answer(error);
      await settled;
      expect(work.verdict).toBe(verdict);
    }
  });

  it('never releases a connection with an outstanding answer', async () => {
    const { client, answer, isOpen } = connection();
    const watch = new StatementWatch(client);
    watch.handedOut(undefined);
    const late = client.query('SELECT pg_sleep(60)') as unknown as Promise<void>;
    const settled = expect(late).rejects.toThrow('Query read timeout');
    await answer(new Error('Query read timeout'));
    await settled;
    expect(isOpen()).toBe(false);
  });
});
