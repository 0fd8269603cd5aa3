import { MESSAGE_STATUSES, MESSAGE_TRANSITIONS, type Message, type MessageStatus } from '@moolai/contracts';
import { waitUntil, type TestOrchestrator } from '@moolai/testing';
import { lockRows, untilBlocked } from '../support/row-lock.js';
import { useController } from '../support/use-controller.js';

const ACKS = { capabilities: ['message_ack'] };
const ENDS = MESSAGE_STATUSES.filter((status) => MESSAGE_TRANSITIONS[status].length === 0);
const TO_ORCHESTRATOR: MessageStatus[] = ['pending', 'sent', 'delivered', 'failed', 'expired', 'cancelled'];

/** Whether the orchestrator of a changed message is disconnected or has a full window. */
const SITUATIONS = ['away', 'busy'] as const;
type Situation = (typeof SITUATIONS)[number];

/** Each initial status, each status to set by hand, and each situation of the orchestrator. */
const CASES = (['pending', 'sent'] as const).flatMap((from) =>
  TO_ORCHESTRATOR.flatMap((to) => SITUATIONS.map((situation) => ({ from, to, situation }))),
);

/** Number of unacknowledged messages after which the next one stays pending: fewer than 8 of the 16 places are free. */
const FULL = 9;

describe('a message whose status is set by hand', () => {
  const controller = useController();
  let count = 0;

  async function post(id: string, more: object = {}): Promise<Message> {
    return controller.api.sendMessage(id, { message_type: 'notice', message_content: {}, ...more });
  }

  function get(id: number): Promise<Message> {
    return controller.api.getMessage(id);
  }

  function until(id: number, ...statuses: MessageStatus[]): Promise<Message> {
    return waitUntil(`message ${id} is ${statuses.join(' or ')}`, async () => {
      const message = await get(id);
      return statuses.includes(message.status) && message;
    });
  }

  async function put(id: number, status: MessageStatus): Promise<number> {
    const { status: code } = await controller.api.setMessageStatus(id, { status }).answer();
    return code;
  }

  /** Acknowledges all received and future messages. */
  async function acknowledgeAll(
    orchestrator: TestOrchestrator,
    until: () => Promise<boolean>,
  ): Promise<void> {
    await waitUntil('everything is acknowledged', async () => {
      for (const frame of orchestrator.inbox.splice(0)) {
        if (frame.type !== 'message') continue;
        orchestrator.send({ type: 'message_ack', message_id: frame.message_id, status: 'delivered' });
      }
      return until();
    });
  }

  /** A message in that status to an orchestrator that is disconnected, or whose window is full. */
  async function prepare(
    id: string,
    from: 'pending' | 'sent',
    situation: Situation,
  ): Promise<{ message: Message; connected: TestOrchestrator | undefined }> {
    let connected: TestOrchestrator | undefined = await controller.orchestrator(id, ACKS);
    let sent: Message | undefined;
    if (from === 'sent' || situation === 'busy') {
      for (let n = 0; n < FULL; n += 1) sent = await post(id);
      await until(sent?.id ?? 0, 'sent');
    }
    if (situation === 'away') {
      await connected.close();
      connected = undefined;
      await waitUntil('it is gone', async () => {
        const { items } = await controller.api.listConnectedOrchestrators();
        return !items.some(({ orchestrator_id }) => orchestrator_id === id);
      });
    }
    return { message: from === 'sent' && sent ? sent : await post(id), connected };
  }

  it.each(CASES)('$from → $to, orchestrator $situation: settles', async ({ from, to, situation }) => {
    const id = `ends-${(count += 1)}`;
    const { message, connected } = await prepare(id, from, situation);
    const isAllowed = MESSAGE_TRANSITIONS[from].includes(to);
    expect(await put(message.id, to)).toBe(isAllowed ? 200 : 409);
    const orchestrator = connected ?? (await controller.orchestrator(id, ACKS));
    await acknowledgeAll(orchestrator, async () => ENDS.includes((await get(message.id)).status));
    const end = await get(message.id);
    expect(end.status).toBe(isAllowed && ENDS.includes(to) ? to : 'delivered');
    await orchestrator.close();
  });

  it('to sent expires in time', async () => {
    const orchestrator = await controller.orchestrator('ends-expiring', ACKS);
    await orchestrator.close();
    const { id } = await post('ends-expiring', { expires_in_sec: 2 });
    expect(await put(id, 'sent')).toBe(200);
    await until(id, 'expired');
  });

  it('to sent reaches an orchestrator without acknowledgements, and ends at sent', async () => {
    await (await controller.orchestrator('ends-mute')).close();
    const { id } = await post('ends-mute');
    expect(await put(id, 'sent')).toBe(200);
    const again = await controller.orchestrator('ends-mute');
    await expect(again.next('message')).resolves.toMatchObject({ message_id: id });
    await waitUntil('it has come to its end', async () => {
      const [row] = await controller.database.query<{ awaits_ack: boolean }>(
        `SELECT awaits_ack FROM orchestrator_messages WHERE id = ${id}`,
      );
      return row?.awaits_ack === false;
    });
    await again.close();
  });

  it('from an orchestrator is acknowledged or dismissed, and nothing else', async () => {
    const orchestrator = await controller.orchestrator('ends-from');
    for (const to of MESSAGE_STATUSES) {
      orchestrator.send({
        type: 'recommendation',
        orchestrator_id: 'ends-from',
        client_message_id: to,
        recommendation: {},
      });
      const { message_id: id } = await orchestrator.next('received');
      const isAllowed = MESSAGE_TRANSITIONS.received.includes(to);
      expect(await put(Number(id), to)).toBe(isAllowed ? 200 : 409);
    }
    await orchestrator.close();
  });

  it('is settled when its orchestrator is deleted, whether it was sent or not', async () => {
    const { message: sent } = await prepare('ends-deleted', 'sent', 'away');
    const pending = await post('ends-deleted');
    await controller.api.decommissionOrchestrator('ends-deleted');
    await expect(get(pending.id)).resolves.toMatchObject({ status: 'cancelled' });
    await expect(get(sent.id)).resolves.toMatchObject({
      status: 'failed',
      failure_reason: 'The orchestrator was deleted.',
    });
    const again = await controller.orchestrator('ends-deleted', ACKS);
    const { id } = await post('ends-deleted');
    await expect(again.next('message')).resolves.toMatchObject({ message_id: id });
    await again.close();
  });

  it('is sent when it was set to sent during the resumption of the connection', async () => {
    const id = 'resumed';
    const before = await controller.orchestrator(id, ACKS);
    const first = await post(id);
    await until(first.id, 'sent');
    before.socket.terminate();
    await waitUntil('the controller has noticed', async () => {
      const { connected } = await controller.api.getOrchestrator(id);
      return !connected;
    });
    const second = await post(id);
    const release = await lockRows(controller.database, 'orchestrator_messages', `id = ${first.id}`);
    const after = await controller.orchestrator(id, ACKS);
    await untilBlocked(controller.database);
    expect(await put(second.id, 'sent')).toBe(200);
    await release();
    const arrived = (): number[] =>
      after.inbox.flatMap((frame) => (frame.type === 'message' ? frame.message_id : []));
    await waitUntil('both have arrived', () => arrived().length >= 2);
    expect(new Set(arrived())).toEqual(new Set([first.id, second.id]));
  });
});
