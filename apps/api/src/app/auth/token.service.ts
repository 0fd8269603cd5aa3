import { Inject, Injectable } from '@nestjs/common';
import { ROLES, type CurrentUser } from '@moolai/contracts';
import { jwtVerify, SignJWT } from 'jose';
import type { Identity } from '../../platform/access/principal.js';
import { ALL_ORGANIZATIONS } from '../../platform/access/scope.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';

/** Life of an access token, in seconds. */
export const ACCESS_TOKEN_SEC = 15 * 60;

const ALGORITHM = 'HS256';
const ISSUER = 'moolai-controller';
const AUDIENCE = 'moolai-api';

/** Signs and checks access tokens: JWTs with a pinned algorithm, issuer and audience. */
@Injectable()
export class TokenService {
  private readonly key: Uint8Array;

  constructor(
    @Inject(SETTINGS) settings: Settings,
    private readonly clock: Clock,
  ) {
    this.key = new TextEncoder().encode(settings.jwtSecret);
  }

  /** A token for `user` that lives {@link ACCESS_TOKEN_SEC}. */
  sign(user: CurrentUser): Promise<string> {
    const nowSec = Math.floor(this.clock.nowMs() / 1000);
    return new SignJWT({ email: user.email, role: user.role })
      .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
      .setSubject(user.user_id)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt(nowSec)
      .setExpirationTime(nowSec + ACCESS_TOKEN_SEC)
      .sign(this.key);
  }

  /** The user of a token; undefined when it is forged, expired or not ours. */
  async verify(token: string): Promise<Identity | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.key, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: AUDIENCE,
        currentDate: this.clock.now(),
      });
      const { sub, email } = payload;
      const role = ROLES.find((candidate) => candidate === payload['role']);
      if (sub === undefined || typeof email !== 'string' || !role) return undefined;
      const expiresAtMs = (payload.exp ?? 0) * 1000;
      return {
        kind: 'user',
        id: sub,
        name: email,
        email,
        role,
        scope: ALL_ORGANIZATIONS,
        sessionId: null,
        expiresAtMs,
      };
    } catch {
      // Every failure means the same to the caller: not a valid token.
      return undefined;
    }
  }
}
