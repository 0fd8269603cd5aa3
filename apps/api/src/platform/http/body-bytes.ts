import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { ByteBudget } from '../batching/byte-budget.js';
import { UnfinishedInputs } from '../batching/unfinished-inputs.js';
import { UnavailableError } from '../errors/app-error.js';
import { announcesBody } from './absent-body.js';

/** What a read of a body takes besides its bytes: a body may come byte by byte. */
const READ_COST = 256;
const RETRY_AFTER_SEC = 5;

/**
 * Bounds the bytes of all bodies in memory together, from their first byte until their request is answered. When the
 * next bytes do not fit, the body that has waited longest for its next bytes is refused with 503.
 */
export function boundBodies(fastify: FastifyInstance, budget: ByteBudget): void {
  const unfinished = new UnfinishedInputs<IncomingMessage>(budget, (body) => {
    // Only told, not destroyed: the answer needs the socket.
    body.emit('error', new UnavailableError('Too many requests are being received.', RETRY_AFTER_SEC));
  });
  const counters = new WeakMap<IncomingMessage, (chunk: Buffer) => void>();

  fastify.addHook('preParsing', ({ raw: body }, reply, payload, done) => {
    if (announcesBody(body.headers)) {
      let keptBytes = 0;
      const count = (chunk: Buffer): void => unfinished.add(body, chunk.length + READ_COST);
      counters.set(body, count);
      body.on('data', count);
      body.once('end', () => (keptBytes = unfinished.finish(body)));
      // Fastify listens as long as it reads; an error without a listener would end the process.
      body.on('error', () => undefined);
      reply.raw.once('close', () => {
        unfinished.end(body);
        budget.give(keptBytes);
      });
    }
    done(null, payload);
  });

  // What comes behind an answer is dropped, and never held.
  fastify.addHook('onSend', ({ raw: body }, _reply, payload, done) => {
    const count = counters.get(body);
    if (count && !body.complete) {
      unfinished.end(body);
      // Node drops the rest only of what nobody has begun to read.
      body.off('data', count).resume();
    }
    done(null, payload);
  });
}
