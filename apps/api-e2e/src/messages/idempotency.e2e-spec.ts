import type { ApiAnswer } from '@moolai/testing';
import type { Message } from '@moolai/contracts';
import pg from 'pg';
import { untilBlocked } from '../support/row-lock.js';
import { TOKEN } from '../support/test-controller.js';
import { useController } from '../support/use-controller.js';

describe('a message that is sent again with the same Idempotency-Key', () => {
  const controller = useController({ env: { CORS_ORIGINS: 'https://console.example' } });

  beforeAll(async () => {
    for (const id of ['key-1', 'key-2']) await (await controller.orchestrator(id)).close();
  });

  async function post(
    key: string | undefined,
    { to = 'key-1', body = {}, token = TOKEN }: { to?: string; body?: object; token?: string } = {},
  ): Promise<ApiAnswer<Message>> {
    const message = { message_type: 'order', message_content: { a: 1, b: { c: 2 } }, ...body };
    return controller.apiWith(token).sendMessage(to, message, { 'idempotency-key': key }).answer();
  }

  async function count(): Promise<number> {
    const [row] = await controller.database.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM orchestrator_messages',
    );
    return row?.count ?? 0;
  }

  it('is stored once, and answered as before, even after its status changed', async () => {
    const before = await count();
    const first = await post('again');
    expect(first.status).toBe(201);
    await controller.api.setMessageStatus(first.data.id, { status: 'cancelled' });
    const second = await post('again', { body: { message_content: { b: { c: 2 }, a: 1 } } });
    expect(second).toMatchObject({ status: 201, data: first.data });
    expect(await count()).toBe(before + 1);
  });

  it('is stored once when many arrive at once', async () => {
    const before = await count();
    const answers = await Promise.all(Array.from({ length: 20 }, () => post('together')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ data }) => data.id)).size).toBe(1);
    expect(await count()).toBe(before + 1);
  });

  it('waits for another controller that is storing it', async () => {
    const first = await post('here');
    const before = await count();
    const other = new pg.Client(controller.database.connection);
    await other.connect();
    await other.query('BEGIN');
    await other.query(
      `INSERT INTO idempotency_keys (caller, route, key, request_hash, answer)
       SELECT caller, route, 'there', request_hash, answer FROM idempotency_keys WHERE key = 'here'`,
    );
    const waiting = post('there');
    await untilBlocked(controller.database);
    await other.query('COMMIT');
    await other.end();
    await expect(waiting).resolves.toMatchObject({ status: 201, data: first.data });
    expect(await count()).toBe(before);
  });

  it('is refused with another body', async () => {
    expect((await post('body')).status).toBe(201);
    const before = await count();
    for (const body of [{ message_content: {} }, { message_type: 'other' }, { expires_in_sec: 5 }]) {
      expect(await post('body', { body })).toMatchObject({ status: 409, error: { error: 'conflict' } });
    }
    expect(await count()).toBe(before);
  });

  it('is distinct for another orchestrator or another caller', async () => {
    const { access_token: token } = await controller.user('superadmin');
    const answers = [await post('mine'), await post('mine', { to: 'key-2' }), await post('mine', { token })];
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map(({ data }) => data.id)).size).toBe(3);
  });

  it('is tried again after an error', async () => {
    expect((await post('burnt', { to: 'key-new' })).status).toBe(404);
    expect((await post('burnt', { body: { message_type: '?' } })).status).toBe(400);
    await (await controller.orchestrator('key-new')).close();
    expect((await post('burnt', { to: 'key-new', body: { expires_in_sec: 60 } })).status).toBe(201);
    expect((await post('burnt')).status).toBe(201);
  });

  it('is distinct a day later', async () => {
    const first = await post('old');
    await controller.database.query(
      `UPDATE idempotency_keys SET created_at = now() - interval '24 hours 1 minute' WHERE key = 'old'`,
    );
    const second = await post('old', { body: { message_content: {} } });
    expect(second.status).toBe(201);
    expect(second.data.id).not.toBe(first.data.id);
  });

  it.each(['', 'with space', 'ä', 'x'.repeat(256), 'tab\there'])(
    'is refused with the key %j',
    async (key) => {
      const response = await fetch(`${controller.url}/api/v1/internal/orchestrators/key-1/messages`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${TOKEN}`,
          'content-type': 'application/json',
          'idempotency-key': key,
        },
        body: JSON.stringify({ message_type: 'order', message_content: {} }),
      });
      expect(response.status).toBe(400);
      await expect(response.json()).resolves.toMatchObject({
        error: 'validation_error',
        errors: [{ field: 'Idempotency-Key' }],
      });
    },
  );

  it('may come from the console on another origin', async () => {
    const response = await controller.anonymous
      .options('/api/v1/internal/orchestrators/key-1/messages')
      .set('Origin', 'https://console.example')
      .set('Access-Control-Request-Method', 'POST')
      .set('Access-Control-Request-Headers', 'authorization,content-type,idempotency-key');
    expect(response.headers['access-control-allow-headers']).toContain('idempotency-key');
  });

  it('is stored once when the controller restarted in between', async () => {
    const first = await post('restart');
    await controller.restart();
    const before = await count();
    await expect(post('restart')).resolves.toMatchObject({ status: 201, data: first.data });
    expect(await count()).toBe(before);
  });
});
