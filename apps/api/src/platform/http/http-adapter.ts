import { randomUUID } from 'node:crypto';
import { FastifyAdapter } from '@nestjs/platform-fastify';

/** What every REST route begins with. */
export const API_PREFIX = 'api/v1';

const BODY_LIMIT_BYTES = 1024 * 1024;

/** The HTTP server below the application. */
export function createHttpAdapter(): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    genReqId: () => randomUUID(),
    forceCloseConnections: true,
  });
}
