import type { FastifyReply, FastifyRequest } from 'fastify';
import '@fastify/cookie';
import { SESSION_IDLE_MS } from './sessions.service.js';

const NAME = 'moolai_refresh';

/** Only where it is needed, out of reach of scripts, and never sent along by another site. */
export function authCookieOptions(request: FastifyRequest) {
  return {
    path: '/api/v1/internal/auth',
    httpOnly: true,
    sameSite: 'strict',
    secure: request.protocol === 'https',
  } as const;
}

/** Gives a browser its refresh token. */
export function setRefreshCookie(request: FastifyRequest, reply: FastifyReply, token: string): void {
  void reply.setCookie(NAME, token, { ...authCookieOptions(request), maxAge: SESSION_IDLE_MS / 1_000 });
}

/** Takes it back. */
export function clearRefreshCookie(request: FastifyRequest, reply: FastifyReply): void {
  void reply.clearCookie(NAME, authCookieOptions(request));
}

/** The refresh token of a browser's cookie; undefined without one. */
export function refreshCookieOf(request: FastifyRequest): string | undefined {
  return request.cookies[NAME];
}
