import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Logger } from '../logging/logger.js';
import { SHORT_SECONDS } from '../metrics/buckets.js';
import type { Metrics } from '../metrics/metrics.js';

/** The methods that any route has; whatever else a client writes is one label. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** Methods that change nothing. */
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A live stream lasts as long as somebody looks, which says nothing of how fast it was answered. */
function isStream(response: ServerResponse): boolean {
  return String(response.getHeader('content-type')).startsWith('text/event-stream');
}

/**
 * Measures and logs every request. A read that worked is worth a line only to whoever looks closely; changes and
 * refusals are always told. By the template of the route, of which there are few, and never by the address: a
 * query may have what is nobody's business.
 */
export function observeRequests(fastify: FastifyInstance, metrics: Metrics, logger: Logger): void {
  const durations = metrics.histogram({
    name: 'moolai_http_request_duration_seconds',
    help: 'Time to answer by route template; without live streams.',
    labelNames: ['method', 'route', 'status'],
    buckets: SHORT_SECONDS,
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    const startedAt = performance.now();
    const { raw: response } = reply;
    // Not the hook `onResponse`: a stream, and a client that left before its answer, never get there.
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
