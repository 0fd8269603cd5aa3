import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';

/** True when a request says that a body follows (RFC 9112, section 6.3). */
export function announcesBody(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Takes the content type from a request without a body. Many clients set `application/json` on every request, and
 * `curl -X POST -d ''` says that it sends a form; neither has sent anything that could be of the wrong type.
 */
export async function ignoreTypeOfNothing({ raw }: FastifyRequest): Promise<void> {
  if (!announcesBody(raw.headers)) delete raw.headers['content-type'];
  await Promise.resolve();
}
