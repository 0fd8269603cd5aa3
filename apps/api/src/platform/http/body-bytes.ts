import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { ByteBudget } from '../batching/byte-budget.js';
import { UnfinishedInputs } from '../batching/unfinished-inputs.js';
import { UnavailableError } from '../errors/app-error.js';
import { announcesBody } from './absent-body.js';

/** Overhead of one read of a body, which may arrive byte by byte. */
const READ_COST = 256;
const RETRY_AFTER_SEC = 5;

/**
 * Limits the bytes of all bodies in memory together, from their first byte until their request is answered. If the next
 * bytes do not fit, the body that has waited longest for its next bytes is refused with 503.
 */
export function boundBodies(fastify: FastifyInstance, budget: ByteBudget): void {
  const unfinished = new UnfinishedInputs<IncomingMessage>(budget, (body) => {
    // Emits an error instead of destroying the socket, which the answer needs.
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
      // Fastify only listens while it reads, and an unhandled error would end the process.
      body.on('error', () => undefined);
      reply.raw.once('close', () => {
        unfinished.end(body);
        budget.release(keptBytes);
      });
    }
    done(null, payload);
  });

  // Data after the answer is dropped, not buffered.
  fastify.addHook('onSend', ({ raw: body }, _reply, payload, done) => {
    const count = counters.get(body);
    if (count && !body.complete) {
      unfinished.end(body);
      // Node only drops the rest of bodies that nothing has started to read.
      body.off('data', count).resume();
    }
    done(null, payload);
  });
}
