import { Inject, Injectable } from '@nestjs/common';
import { jwtVerify, SignJWT, type JWTHeaderParameters } from 'jose';
import { Clock } from '../../platform/clock/clock.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { digest } from '../../platform/secrets/secrets.js';
import type { SessionOwner } from './sessions.repository.js';

/** Lifetime of an access token, in seconds. */
export const ACCESS_TOKEN_SEC = 15 * 60;

const ALGORITHM = 'HS256';
const ISSUER = 'moolai-controller';
const AUDIENCE = 'moolai-api';
const KEY_ID_LENGTH = 16;

/** Claims of an access token. */
export interface AccessClaims {
  sessionId: string;
  userId: string;
  expiresAtMs: number;
}

/**
 * Signs and verifies access tokens: JWTs with a fixed algorithm, issuer and audience. The header names the key (`kid`),
 * so that the secret can be replaced while older tokens are still valid.
 */
@Injectable()
export class TokenService {
  private readonly keyId: string;
  private readonly keys = new Map<string, Uint8Array>();

  constructor(
    @Inject(SETTINGS) { jwtSecret, jwtPreviousSecret }: Settings,
    private readonly clock: Clock,
  ) {
    this.keyId = keyIdOf(jwtSecret);
    for (const secret of [jwtSecret, jwtPreviousSecret ?? jwtSecret]) {
      this.keys.set(keyIdOf(secret), new TextEncoder().encode(secret));
    }
  }

  /** A token for a session, valid for {@link ACCESS_TOKEN_SEC}. */
  sign(sessionId: string, { userId, email, role }: SessionOwner): Promise<string> {
    const nowSec = Math.floor(this.clock.nowMs() / 1000);
    return new SignJWT({ sid: sessionId, email, role })
      .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT', kid: this.keyId })
      .setSubject(userId)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt(nowSec)
      .setExpirationTime(nowSec + ACCESS_TOKEN_SEC)
      .sign(this.keyOf(this.keyId));
  }

  /** The claims of a token; undefined if it is forged, expired or foreign. */
  async verify(token: string): Promise<AccessClaims | undefined> {
    try {
      const keyOf = ({ kid }: JWTHeaderParameters): Uint8Array => this.keyOf(kid);
      const { payload } = await jwtVerify(token, keyOf, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ['sub', 'exp', 'sid'],
        currentDate: this.clock.now(),
      });
      const { sub, exp, sid } = payload;
      if (sub === undefined || exp === undefined || typeof sid !== 'string') return undefined;
      return { sessionId: sid, userId: sub, expiresAtMs: exp * 1000 };
    } catch {
      // The reason does not matter to the caller.
      return undefined;
    }
  }

  private keyOf(keyId: string | undefined): Uint8Array {
    const key = this.keys.get(keyId ?? '');
    if (!key) throw new Error('signed with a key that is not known');
    return key;
  }
}

/** Identifies a secret without revealing it. */
function keyIdOf(secret: string): string {
  return digest(`kid:${secret}`).toString('hex').slice(0, KEY_ID_LENGTH);
}
