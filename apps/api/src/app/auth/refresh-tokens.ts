import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { digest, newSecret } from '../../platform/secrets/secrets.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A refresh token as somebody presents it. */
export interface PresentedToken {
  sessionId: string;
  /** What is kept of a token. */
  hash: Buffer;
  /** True when this controller has issued it, now or before: whoever presents it again has stolen it. */
  isOurs: boolean;
}

/**
 * Refresh tokens are `<session>.<random>.<seal>`. The seal shows that a token was once issued for the
 * session, so that a guess with its id, which is no secret, is told from a token that comes twice.
 */
@Injectable()
export class RefreshTokens {
  private readonly keys: readonly string[];

  constructor(@Inject(SETTINGS) { jwtSecret, jwtPreviousSecret }: Settings) {
    this.keys = [jwtSecret, jwtPreviousSecret ?? jwtSecret];
  }

  /** Random bytes for the next token of a session, whose id may not be known yet. */
  newSecret(): string {
    return newSecret();
  }

  /** What is kept of the token with this secret. */
  hashOf(secret: string): Buffer {
    return digest(secret);
  }

  /** The token as its owner gets it. */
  issue(sessionId: string, secret: string): string {
    return `${sessionId}.${secret}.${seal(sessionId, secret, this.keys[0] ?? '').toString('base64url')}`;
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
    return { sessionId, hash: digest(secret), isOurs };
  }
}

function seal(sessionId: string, secret: string, key: string): Buffer {
  return createHmac('sha256', key).update(`refresh:${sessionId}.${secret}`).digest();
}
