import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';

/** True if a request announces a body (RFC 9112, section 6.3). */
export function announcesBody(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Removes the content type of a request without a body. Many clients set `application/json` on every request, and `curl
 * -X POST -d ''` announces a form.
 */
export async function ignoreTypeOfNothing({ raw }: FastifyRequest): Promise<void> {
  if (!announcesBody(raw.headers)) delete raw.headers['content-type'];
  await Promise.resolve();
}
