import { randomUUID } from 'node:crypto';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { SystemClock } from '../clock/clock.js';
import type { Settings } from '../config/settings.js';
import { AppError } from '../errors/app-error.js';
import { errorEnvelope } from '../errors/envelope.js';
import { parseBody } from './json-body.js';
import { createProxyTrust, markClientAddress } from './client-address.js';
import { answerClientErrors } from './client-errors.js';
import { asksForWebSocket } from './upgrade-requests.js';

/** What every REST route begins with. */
export const API_PREFIX = 'api/v1';

const BODY_LIMIT_BYTES = 1024 * 1024;
const HEADER_LIMIT_BYTES = 16 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
const CHECK_INTERVAL_MS = 2_000;
const REQUEST_TIMEOUT_MS = 30_000;

type HttpSettings = Pick<Settings, 'trustProxy' | 'keepAliveSec'>;

/** The HTTP server below the application. */
export function createHttpAdapter({ trustProxy, keepAliveSec }: HttpSettings): FastifyAdapter {
  const clock = new SystemClock();
  const trusts = createProxyTrust(trustProxy);
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: trusts,
    keepAliveTimeout: keepAliveSec * 1_000,
    // Whoever sends a request byte by byte holds a socket no longer than this.
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      // Node looks for expired ones every half a minute by itself.
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
      maxHeaderSize: HEADER_LIMIT_BYTES,
      shouldUpgradeCallback: asksForWebSocket,
    },
    // What Fastify refuses before there is a route, such as an address that cannot be decoded.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      const refusal = new AppError('validation_error', error.message);
      void reply
        .status(refusal.status)
        .header('x-request-id', request.id)
        .send(errorEnvelope(refusal, request.id, clock.now()));
    },
    clientErrorHandler: answerClientErrors(clock),
    genReqId: () => randomUUID(),
    forceCloseConnections: true,
  });
  markClientAddress(adapter.getInstance(), trusts);
  adapter.useBodyParser('application/json', false, { bodyLimit: BODY_LIMIT_BYTES }, parseBody(adapter));
  return adapter;
}
