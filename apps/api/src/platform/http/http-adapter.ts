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

/** Prefix of every REST route. */
export const API_PREFIX = 'api/v1';

const BODY_LIMIT_BYTES = 1024 * 1024;
const HEADER_LIMIT_BYTES = 16 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
const CHECK_INTERVAL_MS = 2_000;
const REQUEST_TIMEOUT_MS = 30_000;

type HttpSettings = Pick<Settings, 'trustProxy' | 'keepAliveSec'>;

/** Creates the HTTP server of the application. */
export function createHttpAdapter({ trustProxy, keepAliveSec }: HttpSettings): FastifyAdapter {
  const clock = new SystemClock();
  const trusts = createProxyTrust(trustProxy);
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: trusts,
    keepAliveTimeout: keepAliveSec * 1_000,
    // Limits how long a slow request occupies a socket.
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      // Node's default interval for finding expired requests is 30 s.
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
      maxHeaderSize: HEADER_LIMIT_BYTES,
      shouldUpgradeCallback: asksForWebSocket,
    },
    // Errors before routing, such as an invalid URL encoding.
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
