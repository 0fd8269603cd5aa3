import type { FastifyReply, FastifyRequest } from 'fastify';
import '@fastify/cookie';
import { SESSION_IDLE_MS } from './sessions.service.js';

const NAME = 'moolai_refresh';

/** Limited to the auth routes, inaccessible to scripts, and not sent by other sites. */
export function authCookieOptions(request: FastifyRequest) {
  return {
    path: '/api/v1/internal/auth',
    httpOnly: true,
    sameSite: 'strict',
    secure: request.protocol === 'https',
  } as const;
}

/** Sets a browser's refresh token. */
export function setRefreshCookie(request: FastifyRequest, reply: FastifyReply, token: string): void {
  void reply.setCookie(NAME, token, { ...authCookieOptions(request), maxAge: SESSION_IDLE_MS / 1_000 });
}

/** Clears it. */
export function clearRefreshCookie(request: FastifyRequest, reply: FastifyReply): void {
  void reply.clearCookie(NAME, authCookieOptions(request));
}

/** The refresh token in a browser's cookie; undefined if there is none. */
export function refreshCookieOf(request: FastifyRequest): string | undefined {
  return request.cookies[NAME];
}
