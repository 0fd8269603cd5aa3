import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { settleWithin } from '../process/settle-within.js';
import { announcesBody } from './absent-body.js';

/** Less than the request timeout, after which the HTTP server closes the connection itself. */
const LINGER_MS = 20_000;

/**
 * Delivers answers that end the connection before the request was read, such as 413, to clients that are still writing.
 * Closing a socket with unread input resets it, and the client may lose the answer. So the whole answer is sent at
 * once, and the connection is closed when the rest of the request has arrived and was dropped, or after a while.
 */
export function answerBeforeClosing(fastify: FastifyInstance, lingerMs = LINGER_MS): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const isUnread = announcesBody(request.raw.headers) && !request.raw.complete;
    const isWhole = typeof payload === 'string' || Buffer.isBuffer(payload);
    if (!isUnread || !isWhole || reply.getHeader('connection') !== 'close') {
      done(null, payload);
      return;
    }
    void reply.header('content-length', Buffer.byteLength(payload));
    done(null, Readable.from(thenDrain(payload, request.raw, lingerMs), { objectMode: false }));
  });
}

async function* thenDrain(
  answer: string | Buffer,
  request: IncomingMessage,
  lingerMs: number,
): AsyncGenerator<string | Buffer> {
  yield answer;
  request.resume();
  // A client that leaves causes a stream error, which counts as the end of its request.
  const isOver = finished(request, { writable: false }).catch(() => undefined);
  await settleWithin(isOver, lingerMs);
}
