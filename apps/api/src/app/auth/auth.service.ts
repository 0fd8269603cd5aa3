import { Inject, Injectable } from '@nestjs/common';
import { ROLE_PERMISSIONS, type CurrentUser, type Session } from '@moolai/contracts';
import type { Identity } from '../../platform/access/principal.js';
import { ALL_ORGANIZATIONS } from '../../platform/access/scope.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { AppError } from '../../platform/errors/app-error.js';
import { RefreshSessions } from './refresh-sessions.js';
import { secretsMatch } from './secrets.js';
import { ACCESS_TOKEN_SEC, TokenService } from './token.service.js';

const SUPERADMIN_ID = 'superadmin';

/** Signs administrators in, and says who a bearer token is. */
@Injectable()
export class AuthService {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly tokens: TokenService,
    private readonly sessions: RefreshSessions,
  ) {}

  /**
   * Signs in with e-mail and password.
   * @throws AppError `forbidden`, the same for an unknown user and a wrong password
   */
  async login(email: string, password: string): Promise<Session> {
    const { superadmin } = this.settings;
    // Both are always compared, so that the time does not tell which was wrong.
    const isUser = secretsMatch(email.toLowerCase(), superadmin.email.toLowerCase());
    const isPassword = secretsMatch(password, superadmin.password);
    if (!isUser || !isPassword)
      throw new AppError('forbidden', 'The e-mail address or the password is wrong.');
    const user: CurrentUser = {
      user_id: SUPERADMIN_ID,
      email: superadmin.email,
      role: 'superadmin',
      organization_ids: null,
      permissions: [...ROLE_PERMISSIONS.superadmin],
    };
    return this.session(user, this.sessions.start(user));
  }

  /**
   * Continues a session.
   * @throws AppError `forbidden` when the token is unknown, expired or was used before
   */
  async refresh(refreshToken: string): Promise<Session> {
    const next = this.sessions.rotate(refreshToken);
    if (!next) throw new AppError('forbidden', 'The session has ended; sign in again.');
    return this.session(next.user, next.token);
  }

  /** Who presents this bearer token; undefined when it is not valid. */
  async identityOf(token: string): Promise<Identity | undefined> {
    const { devBearerToken } = this.settings;
    if (devBearerToken !== undefined && secretsMatch(token, devBearerToken)) {
      return {
        kind: 'dev_token',
        id: 'dev-token',
        name: 'dev-token@controller',
        email: 'dev-token@controller',
        role: 'superadmin',
        scope: ALL_ORGANIZATIONS,
        sessionId: null,
        expiresAtMs: null,
      };
    }
    return this.tokens.verify(token);
  }

  private async session(user: CurrentUser, refreshToken: string): Promise<Session> {
    return {
      access_token: await this.tokens.sign(user),
      token_type: 'bearer',
      expires_in: ACCESS_TOKEN_SEC,
      refresh_token: refreshToken,
      user,
    };
  }
}
