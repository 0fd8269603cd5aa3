import type { FastifyInstance } from 'fastify';
import type { Clock } from '../clock/clock.js';
import { AppError } from '../errors/app-error.js';
import { errorEnvelope } from '../errors/envelope.js';
import type { RequestDrain } from './request-drain.js';

const RETRY_AFTER_SEC = 1;

/** Counts requests, and refuses those after the drain has started; see {@link RequestDrain}. */
export function drainRequests(fastify: FastifyInstance, drain: RequestDrain, clock: Clock): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!drain.isClosed) {
      drain.begin(reply.raw);
      done();
      return;
    }
    const refusal = new AppError('unavailable', 'The controller is shutting down; try again shortly.');
    void reply
      .status(refusal.status)
      .header('retry-after', String(RETRY_AFTER_SEC))
      .send(errorEnvelope(refusal, request.id, clock.now()));
  });
  // Makes clients open another connection for their next request.
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (drain.isAnnounced) void reply.header('connection', 'close');
    done(null, payload);
  });
}
