import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import '@fastify/cookie';
import { jwtVerify, SignJWT } from 'jose';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import type { Challenge } from './oidc-provider.js';

const NAME = 'moolai_oidc';
const PATH = '/auth/oidc';
const LIFE_SEC = 600;
const ALGORITHM = 'HS256';
const AUDIENCE = 'moolai-oidc-challenge';

/** Stores the challenge of a sign-in in the browser that started it, signed, for ten minutes. */
@Injectable()
export class ChallengeCookie {
  private readonly key: Uint8Array;

  constructor(@Inject(SETTINGS) { jwtSecret }: Settings) {
    this.key = new TextEncoder().encode(jwtSecret);
  }

  async set(request: FastifyRequest, reply: FastifyReply, challenge: Challenge): Promise<void> {
    const value = await new SignJWT({ ...challenge })
      .setProtectedHeader({ alg: ALGORITHM })
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(`${LIFE_SEC}s`)
      .sign(this.key);
    void reply.setCookie(NAME, value, { ...optionsFor(request), maxAge: LIFE_SEC });
  }

  /** The challenge of this browser; undefined if there is none, or it has expired. Valid once. */
  async consume(request: FastifyRequest, reply: FastifyReply): Promise<Challenge | undefined> {
    void reply.clearCookie(NAME, optionsFor(request));
    try {
      const options = { algorithms: [ALGORITHM], audience: AUDIENCE };
      const { payload } = await jwtVerify(request.cookies[NAME] ?? '', this.key, options);
      const { state, nonce, verifier } = payload as Partial<Challenge>;
      return state && nonce && verifier ? { state, nonce, verifier } : undefined;
    } catch {
      return undefined;
    }
  }
}

/** Lax, because the cookie must accompany the provider's cross-site redirect. */
function optionsFor(request: FastifyRequest) {
  return { path: PATH, httpOnly: true, sameSite: 'lax', secure: request.protocol === 'https' } as const;
}
