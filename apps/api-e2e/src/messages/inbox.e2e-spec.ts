import type { Message, Orchestrator, Page, MessageListQuery } from '@moolai/contracts';
import { waitUntil, wrong } from '@moolai/testing';
import { useController } from '../support/use-controller.js';

describe('messages from an orchestrator', () => {
  const controller = useController();

  function list(query: MessageListQuery): Promise<Page<Message>> {
    return controller.api.listMessages(query);
  }

  const recommendation = (id: string, clientMessageId: string, content: object = { saving: 0.2 }) => ({
    type: 'recommendation',
    orchestrator_id: id,
    client_message_id: clientMessageId,
    recommendation: content,
  });

  it('are answered after they are stored, each time, and stored once', async () => {
    const orchestrator = await controller.orchestrator('in-1');
    for (let times = 0; times < 3; times += 1) orchestrator.send(recommendation('in-1', 'r-1'));
    const answers = [await orchestrator.next('received'), await orchestrator.next('received')];
    answers.push(await orchestrator.next('received'));
    expect(new Set(answers.map(({ message_id }) => message_id)).size).toBe(1);
    const { items, total } = await list({ orchestrator_id: 'in-1' });
    expect(total).toBe(1);
    expect(items[0]).toMatchObject({
      id: answers[0]?.message_id,
      direction: 'from_orchestrator',
      message_type: 'recommendation',
      message_content: { saving: 0.2 },
      status: 'received',
      client_message_id: 'r-1',
      organization_id: 'org-001',
    });
    await orchestrator.close();
  });

  it('are distinct by orchestrator, and stored each time without a key', async () => {
    const one = await controller.orchestrator('in-2');
    const two = await controller.orchestrator('in-3');
    one.send(recommendation('in-2', 'same'));
    two.send(recommendation('in-3', 'same'));
    const first = await one.next('received');
    const second = await two.next('received');
    expect(first.message_id).not.toBe(second.message_id);
    const keyless = { type: 'recommendation', orchestrator_id: 'in-2', recommendation: { a: 1 } };
    one.send(keyless);
    one.send(keyless);
    await waitUntil('both are stored', async () => (await list({ orchestrator_id: 'in-2' })).total === 3);
    expect(one.inbox.filter(({ type }) => type === 'received')).toEqual([]);
    await one.close();
    await two.close();
  });

  it('keep their order in a burst, in few statements', async () => {
    await controller.database.query('CREATE TABLE inserts (rows integer)');
    await controller.database.query(
      `CREATE FUNCTION count_inserts() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN INSERT INTO inserts SELECT count(*) FROM changed; RETURN NULL; END $$`,
    );
    await controller.database.query(
      `CREATE TRIGGER count_inserts AFTER INSERT ON orchestrator_messages
       REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_inserts()`,
    );
    const orchestrator = await controller.orchestrator('in-4');
    for (let n = 0; n < 500; n += 1) orchestrator.send(recommendation('in-4', `b-${n}`, { n }));
    await waitUntil(
      'all are answered',
      () => orchestrator.inbox.filter(({ type }) => type === 'received').length === 500,
    );
    const rows = await controller.database.query<{ n: number }>(
      `SELECT (message_content ->> 'n')::int AS n FROM orchestrator_messages
       WHERE orchestrator_id = 'in-4' ORDER BY id`,
    );
    expect(rows.map(({ n }) => n)).toEqual(Array.from({ length: 500 }, (_, n) => n));
    const [count] = await controller.database.query<{ statements: number }>(
      'SELECT count(*)::int AS statements FROM inserts',
    );
    expect(count?.statements).toBeLessThan(100);
    await orchestrator.close();
  });

  it('are acknowledged or dismissed by an administrator, once', async () => {
    const orchestrator = await controller.orchestrator('in-5');
    orchestrator.send(recommendation('in-5', 'x'));
    orchestrator.send(recommendation('in-5', 'y'));
    const { message_id: first } = await orchestrator.next('received');
    const { message_id: second } = await orchestrator.next('received');
    await controller.api.setMessageStatus(first, { status: 'acknowledged' });
    await controller.api.setMessageStatus(second, { status: 'dismissed' });
    for (const status of ['acknowledged', 'dismissed', 'received', 'delivered', 'cancelled'] as const) {
      await controller.api.setMessageStatus(first, { status }).expect(409);
    }
    await controller.api.setMessageStatus(first, wrong({ status: 'done' })).expect(400);
    await controller.api.setMessageStatus('2000000000', { status: 'dismissed' }).expect(404);
    await orchestrator.close();
  });

  it('that cannot be stored are refused without affecting others', async () => {
    const orchestrator = await controller.orchestrator('in-6');
    const deep = (levels: number): object => (levels === 0 ? {} : { a: deep(levels - 1) });
    orchestrator.send(recommendation('in-6', 'good-1'));
    orchestrator.send(recommendation('in-6', 'nul', { text: '\u0000' }));
    orchestrator.send('{"type":"recommendation","orchestrator_id":"in-6","recommendation":{"x":1e999}}');
    orchestrator.send('{"type":"recommendation","orchestrator_id":"in-6","recommendation":{"x":"\\ud800"}}');
    orchestrator.send(recommendation('in-6', 'deep', deep(33)));
    orchestrator.send(recommendation('in-6', 'fine', deep(20)));
    orchestrator.send(recommendation('in-6', 'good-2'));
    const answers = [];
    for (let count = 0; count < 3; count += 1)
      answers.push((await orchestrator.next('received')).client_message_id);
    expect(answers).toEqual(['good-1', 'fine', 'good-2']);
    for (let count = 0; count < 4; count += 1) {
      await expect(orchestrator.next('error')).resolves.toMatchObject({ code: 'invalid_message' });
    }
    await orchestrator.close();
  });

  it('that only the database refuses do not fail their batch', async () => {
    await controller.database.query(
      `CREATE FUNCTION refuse_poison() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN IF NEW.message_content ? 'poison' THEN RAISE 'poison'; END IF; RETURN NEW; END $$`,
    );
    await controller.database.query(
      `CREATE TRIGGER refuse_poison BEFORE INSERT ON orchestrator_messages
       FOR EACH ROW EXECUTE FUNCTION refuse_poison()`,
    );
    const orchestrator = await controller.orchestrator('in-7');
    for (let n = 0; n < 20; n += 1)
      orchestrator.send(recommendation('in-7', `p-${n}`, n === 7 ? { poison: 1 } : { n }));
    await expect(orchestrator.next('error')).resolves.toMatchObject({ code: 'invalid_message' });
    await waitUntil(
      'the others are stored',
      async () => (await list({ orchestrator_id: 'in-7' })).total === 19,
    );
    await controller.database.query('DROP FUNCTION refuse_poison CASCADE');
    await orchestrator.close();
  });

  it('move last_activity but not last_seen, and do not affect independence', async () => {
    const orchestrator = await controller.orchestrator('in-8');
    const view = (): Promise<Orchestrator> => controller.api.getOrchestrator('in-8');
    const before = await view();
    await controller.switchIndependence('in-8', true);
    orchestrator.send(recommendation('in-8', 'z'));
    await orchestrator.next('received');
    await waitUntil('activity is written', async () => (await view()).last_activity !== null);
    expect((await view()).last_seen).toBe(before.last_seen);
    await orchestrator.close();
  });

  it('are counted exactly, by status', async () => {
    const { messages } = await controller.api.getOverview();
    const rows = await controller.database.query<{ status: string; count: number }>(
      'SELECT status, count(*)::int AS count FROM orchestrator_messages GROUP BY status',
    );
    const counts = Object.fromEntries(rows.map(({ status, count }) => [status, count]));
    expect(messages.received).toBe(counts['received']);
    await controller.database.query(`DELETE FROM orchestrator_messages WHERE orchestrator_id = 'in-4'`);
    const after = await controller.api.getOverview();
    expect(after.messages.received).toBe(messages.received - 500);
  });

  it.each<[MessageListQuery, number]>([
    [{ direction: 'from_orchestrator', orchestrator_id: 'in-2' }, 3],
    [{ direction: 'to_orchestrator', orchestrator_id: 'in-2' }, 0],
    [{ message_type: 'monitoring' }, 0],
    [{ status: 'dismissed' }, 1],
    [{ organization_id: 'org-none' }, 0],
    [{ search: 'in-3' }, 1],
  ])('are listed by %j', async (query, total) => {
    expect((await list(query)).total).toBe(total);
  });
});
