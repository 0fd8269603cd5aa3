import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { settleWithin } from '../process/settle-within.js';
import { announcesBody } from './absent-body.js';

/** Less than a request may take, after which the HTTP server cuts the connection itself. */
const LINGER_MS = 20_000;

/**
 * Answers that end the connection before the request has been read, such as 413, reach clients that go on writing.
 * Closing a socket with unread input resets it, and the client then loses an answer that it has not read yet. So the
 * whole answer goes out at once, and the connection ends when the rest has come and was dropped, or after a while.
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
  // A client that leaves is an error of the stream, and as good as one that has sent everything.
  const isOver = finished(request, { writable: false }).catch(() => undefined);
  await settleWithin(isOver, lingerMs);
}
