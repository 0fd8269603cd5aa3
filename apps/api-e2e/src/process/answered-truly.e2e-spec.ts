import { ControllerProcess, freePort, newDataDir, TcpProxy, TestDatabase, waitUntil } from '@moolai/testing';
import type { ErrorEnvelope, Message } from '@moolai/contracts';
import pg from 'pg';
import { databaseEnv } from '../support/command.js';
import { untilBlocked } from '../support/row-lock.js';

const AT_ONCE = 400;
/** The advisory lock on an orchestrator's outbox; see MessagesRepository. */
const HOLD_OUTBOX = (id: string): string => `SELECT pg_advisory_xact_lock(1, hashtext('${id}'))`;
/** The lock of each commit with audit records. */
const HOLD_COMMITS = 'SELECT pg_advisory_xact_lock(8765003)';

interface Answer {
  status: number;
  retryAfter: string | null;
  body: { data?: Message } & Partial<ErrorEnvelope>;
}

describe('an answer during a database problem', () => {
  const dataDir = newDataDir();
  let database: TestDatabase;
  let proxy: TcpProxy;
  let controller: ControllerProcess;

  beforeAll(async () => {
    database = await TestDatabase.create();
    proxy = await TcpProxy.to(database.connection.port);
    controller = new ControllerProcess(await freePort(), dataDir, {
      ...databaseEnv({ ...database.connection, port: proxy.port }),
      HEARTBEAT_INTERVAL_SEC: '30',
      HEARTBEAT_TTL_SEC: '120',
    });
    await controller.untilHealthy();
    await database.query(`INSERT INTO organizations (organization_id, name) VALUES ('org-001', 'One')`);
    await database.query(
      `INSERT INTO orchestrator_instances (orchestrator_id, organization_id, name)
       SELECT 'true-' || n, 'org-001', 'n' FROM generate_series(1, ${AT_ONCE}) AS n`,
    );
  });

  afterAll(async () => {
    await controller.stop();
    await proxy.close();
    await database.drop();
  });

  async function send(method: string, path: string, body: object, headers: object = {}): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${controller.port}/api/v1/internal${path}`, {
      method,
      headers: { authorization: 'Bearer fake-dev-token', 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return {
      status: response.status,
      retryAfter: response.headers.get('retry-after'),
      body: (await response.json()) as Answer['body'],
    };
  }

  function post(id: string, headers: object = {}): Promise<Answer> {
    const body = { message_type: 'order', message_content: { n: 1 } };
    return send('POST', `/orchestrators/${id}/messages`, body, headers);
  }

  async function messagesTo(id: string): Promise<number> {
    const [row] = await database.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM orchestrator_messages WHERE orchestrator_id = $1',
      [id],
    );
    return row?.count ?? 0;
  }

  /** Runs a statement in a transaction that stays open; returns a function that ends it. */
  async function hold(statement: string): Promise<() => Promise<void>> {
    const client = new pg.Client(database.connection);
    client.on('error', () => undefined);
    await client.connect();
    await client.query('BEGIN');
    await client.query(statement);
    return () => client.end();
  }

  /** Waits until no statement of the controller runs or waits on the server. */
  async function untilQuiet(): Promise<void> {
    await waitUntil('the server has ended what it was given', async () => {
      const rows = await database.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
           AND state <> 'idle' AND wait_event IS DISTINCT FROM 'ClientRead'`,
      );
      return rows.length === 0;
    });
  }

  it(`${AT_ONCE} changes at once are all made`, async () => {
    const change = (n: number): Promise<Answer> => {
      const path = `/orchestrators/true-${n + 1}`;
      if (n % 4 === 0) return send('PATCH', path, { name: `changed ${n}` });
      if (n % 4 === 1) return send('PUT', `${path}/config`, { features: { n } });
      if (n % 4 === 2) return send('PUT', `${path}/independence`, { is_independent: true });
      return post(`true-${n + 1}`, { 'idempotency-key': `change-${n}` });
    };
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => change(n)));
    const refused = answers.flatMap(({ status }, n) => (status < 300 ? [] : [n]));
    // On a busy machine the database may be silent for a moment; answers then say so, and a retry is safe.
    expect(refused.length).toBeLessThan(AT_ONCE);
    for (const n of refused) {
      expect(answers[n]).toMatchObject({ status: 503, retryAfter: expect.any(String) as string });
      await waitUntil('it is taken', async () => (await change(n)).status < 300);
    }
    const messages = await database.query(`SELECT 1 FROM orchestrator_messages WHERE message_type = 'order'`);
    expect(messages).toHaveLength(AT_ONCE / 4);
    const [row] = await database.query<{ names: number; switched: number }>(
      `SELECT count(*) FILTER (WHERE name LIKE 'changed %')::int AS names,
         count(*) FILTER (WHERE is_independent)::int AS switched FROM orchestrator_instances`,
    );
    expect(row).toEqual({ names: AT_ONCE / 4, switched: AT_ONCE / 4 });
  });

  it('is correct: running work is rolled back when the database falls silent, and waiting work is not started', async () => {
    const release = await hold(HOLD_OUTBOX('true-1'));
    const posts = [post('true-1')];
    await untilBlocked(database);
    posts.push(post('true-1'), post('true-2'));
    const change = send('PATCH', '/orchestrators/true-3', { name: 'silence' });
    expect((await change).status).toBe(200);
    proxy.swallow();
    for (const { status, retryAfter, body } of await Promise.all(posts)) {
      expect(status).toBe(503);
      expect(body.detail).toContain('Nothing was changed');
      expect(Number(retryAfter)).toBeGreaterThan(0);
    }
    const before = { one: await messagesTo('true-1'), two: await messagesTo('true-2') };
    await release();
    await untilQuiet();
    await waitUntil('posts are taken again', async () => (await post('true-1')).status === 201);
    expect(await messagesTo('true-1')).toBe(before.one + 1);
    expect(await messagesTo('true-2')).toBe(before.two);
  });

  it('says when the outcome is unknown, and a key makes the retry safe', async () => {
    const before = await messagesTo('true-5');
    const headers = { 'idempotency-key': 'order-5' };
    const release = await hold(HOLD_COMMITS);
    const first = post('true-5', headers);
    await untilBlocked(database);
    proxy.swallow();
    const { status, body } = await first;
    expect({ status, detail: body.detail }).toEqual({
      status: 503,
      detail: expect.stringContaining('It is unknown whether the change was made') as string,
    });
    await release();
    const again = await waitUntil('posts are taken again', async () => {
      const answer = await post('true-5', headers);
      return answer.status === 201 && answer;
    });
    await expect(post('true-5', headers)).resolves.toMatchObject({
      status: 201,
      body: { data: { id: again.body.data?.id } },
    });
    expect(await messagesTo('true-5')).toBe(before + 1);
  });

  it('is correct when the server aborts a statement that waits too long for a lock', async () => {
    const release = await hold(HOLD_OUTBOX('true-6'));
    const releaseRow = await hold(
      `SELECT 1 FROM orchestrator_instances WHERE orchestrator_id = 'true-7' FOR UPDATE`,
    );
    const before = await messagesTo('true-6');
    const answers = await Promise.all([
      post('true-6'),
      send('PATCH', '/orchestrators/true-7', { name: 'too late' }),
    ]);
    for (const { status, body } of answers) {
      expect(status).toBe(503);
      // On a busy machine the request times out before its statement.
      expect(body.detail).toMatch(/(did not finish in time|does not answer right now).*Nothing was changed/);
    }
    await release();
    await releaseRow();
    await untilQuiet();
    expect(await messagesTo('true-6')).toBe(before);
    await expect(
      database.query(`SELECT 1 FROM orchestrator_instances WHERE name = 'too late'`),
    ).resolves.toEqual([]);
  });
});
