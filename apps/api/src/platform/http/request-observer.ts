import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Logger } from '../logging/logger.js';
import { SHORT_SECONDS } from '../metrics/buckets.js';
import type { Metrics } from '../metrics/metrics.js';

/** The methods of all routes; any other method gets one common label. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** Methods that change nothing. */
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The duration of a live stream depends on its client and does not measure a response time. */
function isStream(response: ServerResponse): boolean {
  return String(response.getHeader('content-type')).startsWith('text/event-stream');
}

/**
 * Measures and logs every request. Successful reads are logged at debug level; changes and refusals always. Labels use
 * the route template, of which there are few, and not the URL, whose query may be private.
 */
export function observeRequests(fastify: FastifyInstance, metrics: Metrics, logger: Logger): void {
  const durations = metrics.histogram({
    name: 'moolai_http_request_duration_seconds',
    help: 'Response time by route template; without live streams.',
    labelNames: ['method', 'route', 'status'],
    buckets: SHORT_SECONDS,
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    const startedAt = performance.now();
    const { raw: response } = reply;
    // Not the hook `onResponse`, which streams and clients that left early never reach.
    response.once('close', () => {
      const durationMs = performance.now() - startedAt;
      const method = METHODS.has(request.method) ? request.method : 'other';
      const route = request.routeOptions.url ?? 'none';
      const status = response.headersSent ? response.statusCode : null;
      const isAnswered = response.writableFinished;
      if (isAnswered && !isStream(response)) {
        durations.observe({ method, route, status: String(status) }, durationMs / 1000);
      }
      const isQuiet = status !== null && status < 400 && READS.has(method);
      logger[isQuiet ? 'debug' : 'info'](
        {
          request_id: request.id,
          method,
          route,
          status,
          duration_ms: Math.round(durationMs * 10) / 10,
          address: request.clientAddress,
        },
        isAnswered ? 'request answered' : 'request ended by the client',
      );
    });
    done();
  });
}
