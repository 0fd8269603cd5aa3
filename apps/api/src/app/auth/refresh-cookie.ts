import type { FastifyReply, FastifyRequest } from 'fastify';
import '@fastify/cookie';
import { AppError } from '../../platform/errors/app-error.js';
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

/**
 * A cookie comes along by itself, so what it does must have been asked for by our own pages.
 * @throws AppError `forbidden` for a request from another origin
 */
export function assertOwnOrigin(request: FastifyRequest, allowed: readonly string[]): void {
  const { origin } = request.headers;
  if (origin === undefined || origin === `${request.protocol}://${request.host}`) return;
  if (!allowed.includes(origin)) throw new AppError('forbidden', `${origin} may not use this session.`);
}
