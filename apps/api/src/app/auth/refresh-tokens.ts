import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { digest, newSecret } from '../../platform/secrets/secrets.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A presented refresh token. */
export interface PresentedToken {
  sessionId: string;
  secret: string;
  /** The stored hash. */
  hash: Buffer;
  /** True if this controller issued it, now or before. */
  isOurs: boolean;
  /** Secrets of the next token, one per key that may have created it, the current key first. */
  successors: readonly [string, ...string[]];
}

/**
 * Refresh tokens have the form `<session>.<random>.<seal>`. The seal proves that a token was issued for the session,
 * which tells a reused token from a guess: the session id is not secret.
 *
 * Each token is derived from the previous one by a keyed hash. So concurrent requests with one token get the same next
 * token, in every process, without storing a secret.
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

  /** The stored hash of a token with this secret. */
  hashOf(secret: string): Buffer {
    return digest(secret);
  }

  /** The complete token. */
  issue(sessionId: string, secret: string): string {
    return `${sessionId}.${secret}.${seal(sessionId, secret, this.keys[0]).toString('base64url')}`;
  }

  /** Parses a token; undefined if it is malformed. */
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
