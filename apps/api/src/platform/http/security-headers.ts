import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

const HALF_A_YEAR_SEC = 15_552_000;

/**
 * Allows only what the console and the API docs need. Angular and Swagger UI use inline styles; inline scripts are
 * forbidden. Without `upgrade-insecure-requests`, because a controller in a private network may be served over plain
 * HTTP, and its console would not load.
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
  // Only effective over HTTPS. Other hosts of the domain are not included, because they are not the controller's.
  strictTransportSecurity: { maxAge: HALF_A_YEAR_SEC, includeSubDomains: false },
  crossOriginEmbedderPolicy: false,
  frameguard: { action: 'deny' },
  referrerPolicy: { policy: 'no-referrer' },
};

/** Sets the security headers for browsers. */
export async function setSecurityHeaders(fastify: FastifyInstance): Promise<void> {
  await fastify.register(helmet, OPTIONS);
}
