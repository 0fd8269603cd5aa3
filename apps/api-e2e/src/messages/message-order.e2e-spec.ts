import type { Message, JsonObject } from '@moolai/contracts';
import { waitUntil } from '@moolai/testing';
import pg from 'pg';
import { useController } from '../support/use-controller.js';

const ACKS = { capabilities: ['message_ack'] };

describe('the order of messages', () => {
  const controller = useController();

  async function post(id: string, content: JsonObject = { text: 'hello' }): Promise<Message> {
    return controller.api.sendMessage(id, { message_type: 'notice', message_content: content });
  }

  it('follows their ids, even if many are posted at once', async () => {
    const orchestrator = await controller.orchestrator('del-15', ACKS);
    const posted = Promise.all(Array.from({ length: 120 }, (_, n) => post('del-15', { n })));
    const seen: number[] = [];
    while (seen.length < 120) {
      const { message_id } = await orchestrator.next('message');
      seen.push(message_id);
      orchestrator.send({ type: 'message_ack', message_id, status: 'delivered' });
    }
    expect(seen).toEqual((await posted).map(({ id }) => id).sort((a, b) => a - b));
    await orchestrator.close();
  });

  it('assigns no id while another message for the same orchestrator is being stored', async () => {
    await controller.orchestrator('del-16', ACKS);
    const client = new pg.Client(controller.database.connection);
    await client.connect();
    const drawn = async (): Promise<unknown> =>
      (await client.query('SELECT last_value FROM orchestrator_messages_id_seq')).rows;
    await client.query(`SELECT pg_advisory_lock(1, hashtext('del-16'))`);
    const before = await drawn();
    const posted = post('del-16');
    await waitUntil('it waits for its turn', async () => {
      const { rowCount } = await client.query(
        `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`,
      );
      return rowCount === 1;
    });
    expect(await drawn()).toEqual(before);
    await client.end();
    await expect(posted).resolves.toMatchObject({ orchestrator_id: 'del-16' });
  });

  it('is kept by messages that share a statement with an undeliverable and an invalid one', async () => {
    await controller.orchestrator('del-17', ACKS);
    await controller.database.query(
      `ALTER TABLE orchestrator_messages ADD CONSTRAINT refuses CHECK (message_type <> 'refused')`,
    );
    const types = Array.from({ length: 30 }, (_, n) => ['notice', 'refused', 'nobody'][n % 3] ?? '');
    const answers = await Promise.all(
      types.map((message_type) =>
        controller.api
          .sendMessage(message_type === 'nobody' ? 'no-one' : 'del-17', {
            message_type,
            message_content: { text: 'hello' },
          })
          .answer(),
      ),
    );
    await controller.database.query('ALTER TABLE orchestrator_messages DROP CONSTRAINT refuses');
    expect(answers.map(({ status }) => status)).toEqual(
      types.map((type) => ({ notice: 201, refused: 500, nobody: 404 })[type]),
    );
    const stored = answers.filter(({ status }) => status === 201).map(({ data }) => data);
    await expect(
      controller.database.query(
        `SELECT m.id::float8 AS id, a.target_id FROM orchestrator_messages m
         JOIN audit_entries a ON a.target_id = m.id::text AND a.action = 'message.created'
         WHERE m.orchestrator_id = 'del-17' ORDER BY m.id`,
      ),
    ).resolves.toEqual(stored.map(({ id }) => ({ id, target_id: String(id) })).sort((a, b) => a.id - b.id));
  });
});
