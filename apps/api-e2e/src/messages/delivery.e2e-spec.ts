import type { Message, JsonObject } from '@moolai/contracts';
import { waitUntil, type TestOrchestrator, wrong } from '@moolai/testing';
import { useController } from '../support/use-controller.js';

const ACKS = { capabilities: ['message_ack'] };

describe('messages to an orchestrator', () => {
  const controller = useController({ env: { MESSAGE_MAX_ATTEMPTS: '3' } });

  async function post(
    id: string,
    content: JsonObject = { text: 'hello' },
    more: object = {},
  ): Promise<Message> {
    return controller.api.sendMessage(id, { message_type: 'notice', message_content: content, ...more });
  }

  function get(id: number): Promise<Message> {
    return controller.api.getMessage(id);
  }

  async function untilStatus(id: number, status: Message['status']): Promise<Message> {
    return waitUntil(`message ${id} is ${status}`, async () => {
      const message = await get(id);
      return message.status === status && message;
    });
  }

  function ack(orchestrator: TestOrchestrator, id: number, more: object = {}): void {
    orchestrator.send({ type: 'message_ack', message_id: id, status: 'delivered', ...more });
  }

  it('are stored, sent, and delivered when acknowledged', async () => {
    const orchestrator = await controller.orchestrator('del-1', ACKS);
    const stored = await post('del-1', { text: 'first', n: 1 });
    expect(stored).toMatchObject({
      orchestrator_id: 'del-1',
      organization_id: 'org-001',
      direction: 'to_orchestrator',
      message_type: 'notice',
      message_content: { text: 'first', n: 1 },
      status: 'pending',
      attempts: 0,
      created_by: 'dev-token@controller',
      failure_reason: null,
    });
    await expect(orchestrator.next('message')).resolves.toEqual({
      type: 'message',
      message_id: stored.id,
      message_type: 'notice',
      message_content: { text: 'first', n: 1 },
    });
    await expect(untilStatus(stored.id, 'sent')).resolves.toMatchObject({ attempts: 1 });
    ack(orchestrator, stored.id);
    await expect(untilStatus(stored.id, 'delivered')).resolves.toMatchObject({ attempts: 1 });
    await orchestrator.close();
  });

  it("fail with the orchestrator's reason", async () => {
    const orchestrator = await controller.orchestrator('del-2', ACKS);
    const { id } = await post('del-2');
    await orchestrator.next('message');
    ack(orchestrator, id, { status: 'failed', detail: 'no such model' });
    await expect(untilStatus(id, 'failed')).resolves.toMatchObject({ failure_reason: 'no such model' });
    await orchestrator.close();
  });

  it('end at sent for an orchestrator without message_ack', async () => {
    const orchestrator = await controller.orchestrator('del-3');
    const ids: number[] = [];
    for (let count = 0; count < 40; count += 1) ids.push((await post('del-3')).id);
    const seen: number[] = [];
    for (let count = 0; count < 40; count += 1) seen.push((await orchestrator.next('message')).message_id);
    expect(seen).toEqual(ids);
    await untilStatus(ids.at(-1) ?? 0, 'sent');
    await orchestrator.close();
    const again = await controller.orchestrator('del-3');
    const { id } = await post('del-3');
    await expect(again.next('message')).resolves.toMatchObject({ message_id: id });
    expect(again.inbox.filter(({ type }) => type === 'message')).toEqual([]);
    await again.close();
  });

  it('wait for a disconnected orchestrator and arrive in order, never more in flight than the window', async () => {
    const first = await controller.orchestrator('del-4', ACKS);
    await first.close();
    const count = 300;
    await controller.database.query(
      `INSERT INTO orchestrator_messages (orchestrator_id, message_type, message_content)
       SELECT 'del-4', 'notice', jsonb_build_object('n', n) FROM generate_series(1, ${count}) AS n`,
    );
    const orchestrator = await controller.connect();
    await orchestrator.register('del-4', ACKS);
    const types = await waitUntil('the first messages come', () => {
      const seen = orchestrator.inbox.map(({ type }) => type);
      return seen.includes('message') && seen;
    });
    expect(types[0]).toBe('provisioning');
    const numbers: number[] = [];
    let widest = 0;
    while (numbers.length < count) {
      const message = await orchestrator.next('message');
      widest = Math.max(widest, orchestrator.inbox.filter(({ type }) => type === 'message').length + 1);
      numbers.push(message.message_content['n'] as number);
      ack(orchestrator, message.message_id);
    }
    expect(numbers).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    expect(widest).toBeLessThanOrEqual(16);
    await waitUntil('all are delivered', async () => {
      const { total } = await controller.api.listMessages({ orchestrator_id: 'del-4', status: 'delivered' });
      return total === count;
    });
    await orchestrator.close();
  });

  it('are sent again after a reconnect, the unacknowledged ones first and in order', async () => {
    const orchestrator = await controller.orchestrator('del-5', ACKS);
    const ids = [];
    for (let count = 0; count < 5; count += 1) ids.push((await post('del-5', { count })).id);
    for (const id of ids) expect((await orchestrator.next('message')).message_id).toBe(id);
    ack(orchestrator, ids[1] ?? 0);
    await untilStatus(ids[1] ?? 0, 'delivered');
    orchestrator.crash();
    ids.push((await post('del-5', { count: 5 })).id);
    const again = await controller.orchestrator('del-5', ACKS);
    const expected = ids.filter((_, index) => index !== 1);
    for (const id of expected) {
      expect((await again.next('message')).message_id).toBe(id);
      ack(again, id);
    }
    for (const id of expected) await untilStatus(id, 'delivered');
    expect((await get(ids[0] ?? 0)).attempts).toBe(2);
    expect((await get(ids[5] ?? 0)).attempts).toBe(1);
    await again.close();
  });

  it('do not crash an orchestrator forever that crashes on them', async () => {
    const { id } = await (async () => {
      const orchestrator = await controller.orchestrator('del-7', ACKS);
      const message = await post('del-7');
      await orchestrator.next('message');
      orchestrator.crash();
      return message;
    })();
    for (let crash = 0; crash < 5 && (await get(id)).status !== 'failed'; crash += 1) {
      const orchestrator = await controller.orchestrator('del-7', ACKS);
      await waitUntil('it comes or is given up', async () => {
        return (
          orchestrator.inbox.some(({ type }) => type === 'message') || (await get(id)).status === 'failed'
        );
      });
      orchestrator.crash();
    }
    await expect(get(id)).resolves.toMatchObject({ status: 'failed', attempts: 3 });
  });

  it('of one orchestrator that never answers do not delay others', async () => {
    const deaf = await controller.orchestrator('del-8-deaf', ACKS);
    for (let count = 0; count < 30; count += 1) await post('del-8-deaf', { count });
    const other = await controller.orchestrator('del-8', ACKS);
    const { id } = await post('del-8');
    await expect(other.next('message')).resolves.toMatchObject({ message_id: id });
    deaf.crash();
    await other.close();
  });

  it('expire, whether pending or in flight', async () => {
    const { id: waiting } = await controller.orchestrator('del-9', ACKS).then(async (orchestrator) => {
      await orchestrator.close();
      return post('del-9', {}, { expires_in_sec: 0.2 });
    });
    await untilStatus(waiting, 'expired');
    const orchestrator = await controller.orchestrator('del-9', ACKS);
    const { id: underWay } = await post('del-9', {}, { expires_in_sec: 0.3 });
    await expect(orchestrator.next('message')).resolves.toMatchObject({ message_id: underWay });
    await untilStatus(underWay, 'expired');
    ack(orchestrator, underWay);
    const { id: next } = await post('del-9');
    await expect(orchestrator.next('message')).resolves.toMatchObject({ message_id: next });
    expect((await get(underWay)).status).toBe('expired');
    expect(orchestrator.isOpen).toBe(true);
    await orchestrator.close();
  });

  it('can be cancelled while pending, but not once sent', async () => {
    const orchestrator = await controller.orchestrator('del-10', ACKS);
    await orchestrator.close();
    const { id } = await post('del-10');
    const { status } = await controller.api.setMessageStatus(id, { status: 'cancelled' });
    expect(status).toBe('cancelled');
    const again = await controller.orchestrator('del-10', ACKS);
    const { id: next } = await post('del-10');
    await expect(again.next('message')).resolves.toMatchObject({ message_id: next });
    await untilStatus(next, 'sent');
    const { error } = await controller.api.setMessageStatus(next, { status: 'cancelled' }).expect(409);
    expect(error).toMatchObject({ success: false, error: 'conflict' });
    await controller.api.setMessageStatus(next, { status: 'pending' }).expect(409);
    await controller.api.setMessageStatus(next, { status: 'delivered' });
    await again.close();
    const third = await controller.orchestrator('del-10', ACKS);
    const { id: last } = await post('del-10');
    await expect(third.next('message')).resolves.toMatchObject({ message_id: last });
    await third.close();
  });

  it('accept an acknowledgement once, and refuse one of another orchestrator', async () => {
    const mine = await controller.orchestrator('del-11', ACKS);
    const thief = await controller.orchestrator('del-11-thief', ACKS);
    const { id } = await post('del-11');
    await mine.next('message');
    ack(thief, id);
    await expect(thief.next('error')).resolves.toMatchObject({ code: 'invalid_message' });
    await untilStatus(id, 'sent');
    ack(mine, id);
    await untilStatus(id, 'delivered');
    ack(mine, id, { status: 'failed', detail: 'changed my mind' });
    ack(mine, 2_000_000_000);
    await expect(mine.next('error')).resolves.toMatchObject({ code: 'invalid_message' });
    await expect(get(id)).resolves.toMatchObject({ status: 'delivered', failure_reason: null });
    expect(mine.inbox.filter(({ type }) => type === 'error')).toEqual([]);
    await mine.close();
    await thief.close();
  });

  it('reach an independent orchestrator as well', async () => {
    const orchestrator = await controller.orchestrator('del-12', ACKS);
    await controller.switchIndependence('del-12', true);
    const { id } = await post('del-12');
    await expect(orchestrator.next('message')).resolves.toMatchObject({ message_id: id });
    await orchestrator.close();
  });

  it('are found when inserted by plain SQL', async () => {
    const orchestrator = await controller.orchestrator('del-13', ACKS);
    const [row] = await controller.database.query<{ id: string; organization_id: string }>(
      `INSERT INTO orchestrator_messages (orchestrator_id, message_type, message_content)
       VALUES ('del-13', 'notice', '{"by":"sql"}') RETURNING id, organization_id`,
    );
    expect(row?.organization_id).toBe('org-001');
    await expect(orchestrator.next('message', 30_000)).resolves.toMatchObject({
      message_id: Number(row?.id),
    });
    await orchestrator.close();
  });

  it('wait while the database is down, and continue automatically', async () => {
    const orchestrator = await controller.orchestrator('del-14', ACKS);
    const { id } = await post('del-14');
    await orchestrator.next('message');
    await untilStatus(id, 'sent');
    await controller.database.goAway();
    ack(orchestrator, id);
    await controller.api.sendMessage('del-14', { message_type: 'notice', message_content: {} }).expect(503);
    await controller.database.comeBack();
    await untilStatus(id, 'delivered');
    const { id: next } = await post('del-14');
    await expect(orchestrator.next('message')).resolves.toMatchObject({ message_id: next });
    await orchestrator.close();
  });

  it.each([
    ['an unknown orchestrator', 'nobody', { message_type: 'a', message_content: {} }, 404],
    ['a type that is none', 'del-1', { message_type: 'a b', message_content: {} }, 400],
    ['content that is no object', 'del-1', { message_type: 'a', message_content: [] }, 400],
    ['NUL in the content', 'del-1', { message_type: 'a', message_content: { t: '\u0000' } }, 400],
    [
      'content beyond a frame',
      'del-1',
      { message_type: 'a', message_content: { t: 'x'.repeat(260_000) } },
      400,
    ],
    ['an expiry of nothing', 'del-1', { message_type: 'a', message_content: {}, expires_in_sec: 0 }, 400],
    ['an unknown field', 'del-1', { message_type: 'a', message_content: {}, urgent: true }, 400],
  ])('are refused: %s', async (_, id, body, status) => {
    await controller.api.sendMessage(id, wrong(body)).expect(status);
  });

  it.each(['0', '-1', 'x', '9007199254740993'])('have no id like %s', async (id) => {
    await controller.api.getMessage(id).expect(400);
  });
});
