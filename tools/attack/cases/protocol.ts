import type { Socket } from 'node:net';
import type { HandshakeError, Message, WsErrorCode } from '@moolai/contracts';
import type { TestOrchestrator } from '@moolai/testing';
import { assert, closedWith, errorFrame, handshakeRefused } from './checks.ts';
import type { Attack } from '../attack-case.ts';

const alive = { type: 'i_am_alive', orchestrator_id: 'orch-mine' };

/** Sends one frame as a registered orchestrator; returns the error code of the answer. */
const badFrame = (
  name: string,
  frame: Record<string, unknown> | string,
  code: WsErrorCode = 'invalid_message',
): Attack => ({
  name,
  run: async (target) => {
    const orchestrator = await target.orchestrator(`frame-${(frames += 1)}`);
    orchestrator.send(frame);
    const got = await errorFrame(orchestrator, code);
    await orchestrator.close();
    return got;
  },
});
let frames = 0;

/** Registers with these fields; returns the reason of the refusal. */
const badRegister = (name: string, fields: Record<string, unknown>, ...errors: HandshakeError[]): Attack => ({
  name,
  run: async (target) => {
    const connection = await target.connect();
    connection.send({ type: 'register', ...fields });
    const frame = await Promise.race([
      handshakeRefused(connection, ...errors),
      connection.next('error').then(({ code }) => `error ${code}`),
      connection.untilClosed().then(({ code }) => `closed with ${code}`),
    ]);
    connection.crash();
    return frame;
  },
});

/** The TCP socket below the WebSocket: a paused WebSocket reports its end only when it reads again. */
function tcpSocketOf({ socket }: TestOrchestrator): Socket {
  return (socket as unknown as { _socket: Socket })._socket;
}

export const protocol: Attack[] = [
  {
    name: 'a first frame that is not register',
    run: async (target) => {
      const connection = await target.connect();
      connection.send(alive);
      const got = await errorFrame(connection, 'not_registered');
      connection.crash();
      return got;
    },
  },
  {
    name: 'a heartbeat for another orchestrator',
    run: async (target) => {
      target.mine.beat('orch-theirs');
      return errorFrame(target.mine, 'orchestrator_id_mismatch');
    },
  },
  {
    name: 'an acknowledgement of the message of another orchestrator',
    run: async (target) => {
      target.mine.send({ type: 'message_ack', message_id: target.foreignMessageId, status: 'failed' });
      const got = await errorFrame(target.mine, 'invalid_message');
      const message = await target.read<Message>(`/internal/messages/${target.foreignMessageId}`);
      assert(message.status !== 'failed', 'the message has a final status');
      return got;
    },
  },
  badRegister(
    'an orchestrator that claims to belong to another organization',
    { orchestrator_id: 'orch-theirs', organization_id: 'org-mine' },
    'organization_mismatch',
  ),
  badRegister('an empty id', { orchestrator_id: '' }, 'invalid_message'),
  badRegister('an id of 100 kB', { orchestrator_id: 'a'.repeat(100_000) }, 'invalid_message'),
  badRegister('an id with control characters', { orchestrator_id: 'a\u0007b' }, 'invalid_message'),
  badRegister('the id "__proto__"', { orchestrator_id: '__proto__' }, 'invalid_message'),
  badRegister('an id that is an object', { orchestrator_id: { $ne: null } }, 'invalid_message'),
  {
    name: 'registering twice on one connection',
    run: async (target) => {
      const connection = await target.orchestrator('twice');
      connection.send({ type: 'register', orchestrator_id: 'orch-theirs' });
      const frame = await connection.next('error');
      await connection.close();
      return `error ${frame.code}`;
    },
  },
  badFrame('a frame that is not JSON', 'hello', 'invalid_json'),
  badFrame('a frame that is an array', '[]', 'invalid_message'),
  badFrame('an unknown type', { type: 'become_admin' }, 'unknown_type'),
  badFrame('the type "constructor"', { type: 'constructor' }, 'unknown_type'),
  badFrame(
    'a depth of 10,000',
    `{"type":"recommendation","orchestrator_id":"x","recommendation":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`,
    'invalid_message',
  ),
  badFrame(
    'a number that is too large for a double',
    '{"type":"monitoring","orchestrator_id":"x","metrics":{"m":1e999}}',
    'invalid_message',
  ),
  {
    name: 'a frame of 256 KiB and one byte',
    run: async (target) => {
      const connection = await target.orchestrator('large-frame');
      connection.send(Buffer.alloc(256 * 1024 + 1, 0x20).toString());
      return closedWith(connection, 1009);
    },
  },
  {
    name: 'a compression bomb: compression is not negotiated',
    run: async (target) => {
      const connection = await target.connect({ perMessageDeflate: true });
      assert(connection.socket.extensions === '', connection.socket.extensions);
      connection.crash();
      return 'no extension';
    },
  },
  {
    name: 'a binary frame',
    run: async (target) => {
      const connection = await target.orchestrator('binary');
      connection.send(Buffer.from(JSON.stringify(alive)));
      const how = await Promise.race([
        connection.next('error').then(({ code }) => `error ${code}`),
        connection.untilClosed().then(({ code }) => `closed with ${code}`),
      ]);
      connection.crash();
      return how;
    },
  },
  {
    name: 'text that is not UTF-8',
    run: async (target) => {
      const connection = await target.orchestrator('not-utf8');
      connection.socket.send(Buffer.from([0xff, 0xfe, 0xfd]), { binary: false });
      return closedWith(connection, 1007);
    },
  },
  {
    name: 'a million errors',
    run: async (target) => {
      const connection = await target.orchestrator('erring');
      for (let n = 0; n < 1_000 && connection.isOpen; n += 1) connection.send('not JSON');
      return closedWith(connection, 4429);
    },
  },
  {
    name: 'negative token counts and prices',
    run: async (target) => {
      const connection = await target.orchestrator('cheap');
      const usage = [{ model: 'm', input_tokens: -5, cost_usd: -1_000_000 }];
      connection.send({ type: 'monitoring', orchestrator_id: 'cheap', metrics: {}, usage });
      const got = await errorFrame(connection, 'invalid_message');
      await connection.close();
      return got;
    },
  },
  {
    name: 'a connection that never registers',
    run: async (target) => {
      const connection = await target.connect();
      return closedWith(connection, 4408);
    },
  },
  {
    name: 'a flood of pings whose answers are not read',
    run: async (target) => {
      const connection = await target.connect();
      let isEnded = false;
      tcpSocketOf(connection).once('close', () => (isEnded = true));
      connection.freeze();
      for (let n = 0; n < 200 && !isEnded; n += 1) {
        for (let m = 0; m < 100; m += 1) connection.socket.ping('x');
        await new Promise(setImmediate);
      }
      connection.socket.resume();
      return closedWith(connection, 4429);
    },
  },
  {
    name: 'configurations for an orchestrator that does not read them',
    run: async (target) => {
      const connection = await target.orchestrator('deaf', { organization_id: 'org-mine' });
      connection.freeze();
      for (let n = 0; n < 60; n += 1) {
        const answer = await target.request<{ pushed: boolean }>(
          'PUT',
          '/internal/orchestrators/deaf/config',
          {
            token: target.tokens.operator,
            body: { features: { n, text: 'x'.repeat(200_000) } },
          },
        );
        assert(answer.status === 200, `${answer.status} ${answer.text}`);
        if (answer.body?.data?.pushed) continue;
        connection.crash();
        return `after ${n} the next one is deferred`;
      }
      throw new Error('60 of them were written');
    },
  },
];
