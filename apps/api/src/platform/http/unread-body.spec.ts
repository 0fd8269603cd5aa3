import { connect, type AddressInfo, type Socket } from 'node:net';
import { waitUntil } from '@moolai/testing';
import Fastify, { type FastifyInstance } from 'fastify';
import { answerBeforeClosing } from './unread-body.js';

const LIMIT = 1_024;
const HEAD = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';

describe('a connection whose request was refused before it had fully arrived', () => {
  let fastify: FastifyInstance;
  let socket: Socket;
  let received: string;
  let isClosed: boolean;

  /** Sends a request, up to the moment after the answer. */
  async function start(lingerMs: number): Promise<void> {
    fastify = Fastify({ bodyLimit: LIMIT });
    fastify.post('/', () => ({}));
    answerBeforeClosing(fastify, lingerMs);
    await fastify.listen({ host: '127.0.0.1', port: 0 });
    const { port } = fastify.server.address() as AddressInfo;
    [received, isClosed] = ['', false];
    socket = connect(port, '127.0.0.1');
    socket.on('data', (data) => (received += data.toString()));
    // Writes after the end fail.
    socket.on('error', () => undefined).on('close', () => (isClosed = true));
    socket.write(`${HEAD}Content-Length: ${10 * LIMIT}\r\n\r\n`);
    await waitUntil('it is answered', () => /^HTTP\/1.1 413 .*\}$/s.test(received));
  }

  afterEach(async () => {
    socket.destroy();
    await fastify.close();
  });

  it('is closed when the rest is late, even if the client keeps writing', async () => {
    await start(50);
    await waitUntil('it is closed', () => {
      if (!isClosed) socket.write(' ');
      return isClosed;
    });
  });
});
