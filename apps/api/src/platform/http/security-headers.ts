import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

const HALF_A_YEAR_SEC = 15_552_000;

/**
 * What the console and the API docs need, and nothing else. Angular and Swagger UI put styles into the
 * page themselves; no script may come from it. `upgrade-insecure-requests` stays out: a controller in a
 * private network is served by plain HTTP, and its console would not load.
 */
const OPTIONS: FastifyHelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      scriptSrcAttr: ["'none'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  // Browsers heed it on HTTPS only. Other hosts of the domain are not ours to decide for.
  strictTransportSecurity: { maxAge: HALF_A_YEAR_SEC, includeSubDomains: false },
  crossOriginEmbedderPolicy: false,
  frameguard: { action: 'deny' },
  referrerPolicy: { policy: 'no-referrer' },
};

/** Tells browsers what pages of this server may do. */
export async function setSecurityHeaders(fastify: FastifyInstance): Promise<void> {
  await fastify.register(helmet, OPTIONS);
}
