import { MAX_FRAME_BYTES, type WsErrorCode } from '@moolai/contracts';
import { waitUntil } from '@moolai/testing';
import { useController } from '../support/use-controller.js';

describe('the protocol', () => {
  const controller = useController({
    timing: { tickMs: 10, registerTimeoutMs: 200, pingAfterSilenceMs: 300, pingTimeoutMs: 100 },
  });

  it.each<[string, string | Buffer | object, WsErrorCode]>([
    ['text that is not JSON', 'hello', 'invalid_json'],
    ['a JSON array', '[]', 'invalid_message'],
    ['a binary frame', Buffer.from('{"type":"i_am_alive","orchestrator_id":"p"}'), 'invalid_message'],
    ['an unknown type', { type: 'dance' }, 'unknown_type'],
    ['a heartbeat without an id', { type: 'i_am_alive' }, 'invalid_message'],
    [
      'the heartbeat of another',
      { type: 'i_am_alive', orchestrator_id: 'someone' },
      'orchestrator_id_mismatch',
    ],
    ['a second registration', { type: 'register', orchestrator_id: 'proto-1' }, 'invalid_message'],
    [
      'NUL in a recommendation',
      { type: 'recommendation', orchestrator_id: 'proto-1', recommendation: { text: '\u0000' } },
      'invalid_message',
    ],
  ])('answers %s with an error and stays open', async (_, frame, code) => {
    const orchestrator = await controller.orchestrator('proto-1');
    orchestrator.send(frame as never);
    await expect(orchestrator.next('error')).resolves.toMatchObject({ code });
    expect(orchestrator.isOpen).toBe(true);
    await orchestrator.close();
  });

  it('requires a registration first', async () => {
    const orchestrator = await controller.connect();
    orchestrator.beat('proto-2');
    await expect(orchestrator.next('error')).resolves.toMatchObject({ code: 'not_registered' });
    await expect(orchestrator.register('proto-2')).resolves.toMatchObject({ success: true });
  });

  it('closes with 4408 without a registration', async () => {
    const orchestrator = await controller.connect();
    await expect(orchestrator.untilClosed()).resolves.toMatchObject({ code: 4408 });
  });

  it('closes with 4429 at the twentieth error within a minute', async () => {
    const orchestrator = await controller.orchestrator('proto-3');
    for (let count = 0; count < 25; count += 1) orchestrator.send('nonsense');
    await expect(orchestrator.untilClosed()).resolves.toMatchObject({ code: 4429 });
    expect(orchestrator.inbox.filter(({ type }) => type === 'error')).toHaveLength(20);
  });

  it('slows a flood down with rate_limited, then closes the connection', async () => {
    const orchestrator = await controller.orchestrator('proto-4');
    for (let count = 0; count < 12_000; count += 1) orchestrator.beat('proto-4');
    await expect(orchestrator.next('error')).resolves.toMatchObject({ code: 'rate_limited' });
    await expect(orchestrator.untilClosed()).resolves.toMatchObject({ code: 4429 });
  });

  it('accepts a frame of exactly the limit, and closes with 1009 above it', async () => {
    const orchestrator = await controller.orchestrator('proto-5');
    const frame = {
      type: 'recommendation',
      orchestrator_id: 'proto-5',
      client_message_id: 'big',
      recommendation: { t: '' },
    };
    frame.recommendation.t = 'x'.repeat(MAX_FRAME_BYTES - Buffer.byteLength(JSON.stringify(frame)));
    orchestrator.send(frame);
    await expect(orchestrator.next('received')).resolves.toMatchObject({ client_message_id: 'big' });
    frame.recommendation.t += 'x';
    orchestrator.send(frame);
    await expect(orchestrator.untilClosed()).resolves.toMatchObject({ code: 1009 });
  });

  it('stores a message once per client_message_id, and answers it each time', async () => {
    const orchestrator = await controller.orchestrator('proto-6');
    const message = {
      type: 'monitoring',
      orchestrator_id: 'proto-6',
      client_message_id: 'm-1',
      metrics: { tokens_per_sec: 12.5 },
      health_status: { status: 'error' },
    };
    orchestrator.send(message);
    const first = await orchestrator.next('received');
    orchestrator.send(message);
    const second = await orchestrator.next('received');
    expect(second.message_id).toBe(first.message_id);
    const rows = await controller.database.query(
      `SELECT status, direction FROM orchestrator_messages WHERE orchestrator_id = 'proto-6'`,
    );
    expect(rows).toEqual([{ status: 'received', direction: 'from_orchestrator' }]);
    await expect(controller.api.getOrchestrator('proto-6')).resolves.toMatchObject({
      status: 'error',
      status_reason: expect.stringContaining('error') as unknown,
    });
  });

  it('records which configuration was applied', async () => {
    const orchestrator = await controller.orchestrator('proto-7');
    orchestrator.send({
      type: 'config_ack',
      orchestrator_id: 'proto-7',
      config_version: 1,
      status: 'applied',
    });
    await waitUntil('it is kept', async () => {
      const stored = await controller.api.getOrchestrator('proto-7');
      return stored.reported_config_version === 1;
    });
  });

  it('pings a silent connection, and keeps it while it answers', async () => {
    const orchestrator = await controller.orchestrator('proto-8');
    await waitUntil('it was pinged three times', () => orchestrator.pings >= 3);
    expect(orchestrator.isOpen).toBe(true);
    await orchestrator.close();
  });

  it('closes a connection that leaves its pings unanswered, with status error', async () => {
    const orchestrator = await controller.orchestrator('proto-9');
    orchestrator.freeze();
    await waitUntil('the controller gives it up', async () => {
      const stored = await controller.api.getOrchestrator('proto-9');
      return !stored.connected && stored.status === 'error';
    });
    orchestrator.crash();
  });

  it('sets inactive after a clean close, and error after a lost connection', async () => {
    const clean = await controller.orchestrator('proto-10');
    const broken = await controller.orchestrator('proto-11');
    await clean.close();
    broken.crash();
    await waitUntil('both are seen', async () => {
      const one = await controller.api.getOrchestrator('proto-10');
      const two = await controller.api.getOrchestrator('proto-11');
      return one.status === 'inactive' && two.status === 'error';
    });
    await waitUntil('the table says so too', async () => {
      const rows = await controller.database.query<{ status: string }>(
        `SELECT status FROM orchestrator_instances WHERE orchestrator_id IN ('proto-10', 'proto-11') ORDER BY id`,
      );
      return rows.map((row) => row.status).join() === 'inactive,error';
    });
  });
});
