import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { digest, newSecret } from '../../platform/secrets/secrets.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A refresh token as somebody presents it. */
export interface PresentedToken {
  sessionId: string;
  secret: string;
  /** What is kept of a token. */
  hash: Buffer;
  /** True when this controller has issued it, now or before. */
  isOurs: boolean;
  /** The secret of the token that follows this one, by each key that may have made it, the present key first. */
  successors: readonly [string, ...string[]];
}

/**
 * Refresh tokens are `<session>.<random>.<seal>`. The seal shows that a token was once issued for the
 * session, so that a guess with its id, which is no secret, is told from a token that comes twice.
 *
 * Each token follows from the one before it by a keyed hash. The same token presented twice at once therefore leads to
 * the same successor, in every process, without keeping any secret.
 */
@Injectable()
export class RefreshTokens {
  private readonly keys: readonly [string, ...string[]];

  constructor(@Inject(SETTINGS) { jwtSecret, jwtPreviousSecret }: Settings) {
    this.keys = jwtPreviousSecret === undefined ? [jwtSecret] : [jwtSecret, jwtPreviousSecret];
  }

  /** Random bytes for the first token of a session, whose id is not known yet. */
  newSecret(): string {
    return newSecret();
  }

  /** What is kept of the token with this secret. */
  hashOf(secret: string): Buffer {
    return digest(secret);
  }

  /** The token as its owner gets it. */
  issue(sessionId: string, secret: string): string {
    return `${sessionId}.${secret}.${seal(sessionId, secret, this.keys[0]).toString('base64url')}`;
  }

  /** Undefined for what is no token at all. */
  read(token: string): PresentedToken | undefined {
    const [sessionId = '', secret = '', sealed = ''] = token.split('.');
    if (!UUID.test(sessionId)) return undefined;
    const presented = Buffer.from(sealed, 'base64url');
    const isOurs = this.keys.some((key) => {
      const expected = seal(sessionId, secret, key);
      return presented.length === expected.length && timingSafeEqual(presented, expected);
    });
    const [present, ...previous] = this.keys.map((key) => successor(sessionId, secret, key));
    return { sessionId, secret, hash: digest(secret), isOurs, successors: [present ?? '', ...previous] };
  }
}

function successor(sessionId: string, secret: string, key: string): string {
  return createHmac('sha256', key).update(`next:${sessionId}.${secret}`).digest('base64url');
}

function seal(sessionId: string, secret: string, key: string): Buffer {
  return createHmac('sha256', key).update(`refresh:${sessionId}.${secret}`).digest();
}
