import { Inject, Injectable } from '@nestjs/common';
import { ROLE_PERMISSIONS, type CurrentUser, type Session } from '@moolai/contracts';
import { AccessWatch } from '../../platform/access/access-watch.js';
import type { TokenPrincipal, Principal } from '../../platform/access/principal.js';
import { ALL_ORGANIZATIONS } from '../../platform/access/scope.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { AppError } from '../../platform/errors/app-error.js';
import { digest, secretsMatch } from '../../platform/secrets/secrets.js';
import { API_TOKEN_PREFIX, ApiTokensService } from '../api-tokens/index.js';
import { AuditTrail } from '../audit/index.js';
import { Passwords, userChange, UsersRepository, type UserEntity } from '../users/index.js';
import { PrincipalCache } from './principal-cache.js';
import { LockedOut, LoginThrottle, type Attempt } from './login-throttle.js';
import { principalOf, SessionsService, type ContinuedSession, type Origin } from './sessions.service.js';
import { ACCESS_TOKEN_SEC, TokenService } from './token.service.js';

const DEV_TOKEN: TokenPrincipal = {
  kind: 'dev_token',
  id: 'dev-token',
  name: 'dev-token@controller',
  email: 'dev-token@controller',
  role: 'superadmin',
  scope: ALL_ORGANIZATIONS,
  sessionId: null,
  expiresAtMs: null,
};

/** The principal as `CurrentUser`. */
export function toCurrentUser({ id, email, role, scope }: TokenPrincipal): CurrentUser {
  return {
    user_id: id,
    email,
    role,
    organization_ids: scope === null ? null : [...scope],
    permissions: [...ROLE_PERMISSIONS[role]],
  };
}

/** Why a sign-in failed; only recorded in the audit log. */
function refusalOf(user: UserEntity | null): string {
  if (!user) return 'unknown_user';
  return user.isActive ? 'wrong_password' : 'inactive';
}

/** Signs users in, and authenticates bearer tokens. */
@Injectable()
export class AuthService {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly throttle: LoginThrottle,
    private readonly sessions: SessionsService,
    private readonly tokens: TokenService,
    private readonly apiTokens: ApiTokensService,
    private readonly principals: PrincipalCache,
    private readonly audit: AuditTrail,
    private readonly watch: AccessWatch,
  ) {}

  /**
   * Signs in with e-mail and password.
   * @param device a known device of the account, if any
   * @throws AppError `forbidden`, with the same answer and delay for an unknown user and a wrong password;
   * `rate_limited` after too many failures
   */
  async login(email: string, password: string, origin: Origin, device?: string): Promise<Session> {
    const user = await this.guard({ email, device }, origin, async () => {
      const known = await this.findByEmail(email);
      const isRight = await this.passwords.matches(password, known?.isActive ? known.passwordHash : null);
      if (known && isRight) return known;
      // Also for unknown users, so that the answer takes as long.
      await this.sessions.records.refused({ email, user: known, reason: refusalOf(known), origin });
      throw new AppError('forbidden', 'The e-mail address or the password is wrong.');
    });
    return this.toSession(await this.sessions.start(user, origin));
  }

  /**
   * Continues a session.
   * @param isShared true for the token in a browser's cookie, which all tabs send
   * @throws AppError `forbidden` if the token is unknown, expired or already used
   */
  async refresh(refreshToken: string, origin: Origin, isShared = false): Promise<Session> {
    return this.toSession(await this.sessions.continue(refreshToken, origin, isShared));
  }

  /**
   * Changes the caller's password; ends all other sessions of the user.
   * @throws AppError `forbidden` if the current one is wrong, or the principal is not a user with a password
   */
  async changePassword(principal: Principal, present: string, next: string): Promise<CurrentUser> {
    const { email, address, requestId, sessionId, kind, id } = principal;
    const origin = { address, requestId, userAgent: undefined };
    // The caller is already authenticated: failed attempts elsewhere must not prevent the change.
    const device = `session ${sessionId ?? `${kind} ${id}`}`;
    const user = await this.guard({ email, device }, origin, async () => {
      const own = principal.kind === 'user' ? await this.users.find(principal.id, ALL_ORGANIZATIONS) : null;
      if (own && (await this.passwords.matches(present, own.passwordHash))) return own;
      throw new AppError('forbidden', 'The current password is wrong.');
    });
    const passwordHash = await this.passwords.hash(next);
    await this.users.transaction(async (tx) => {
      const locked = await tx.find(user.userId, ALL_ORGANIZATIONS);
      // The password was replaced meanwhile, maybe to lock this session out.
      if (locked?.passwordHash !== user.passwordHash) {
        throw new AppError('conflict', 'The password was changed by someone else in the meantime.');
      }
      const row = await tx.change(user.userId, { passwordHash });
      await tx.endSessions(user.userId, 'password_changed', principal.sessionId);
      await this.audit.record(userChange('user.password_changed', principal, user, row), tx.manager);
    });
    this.watch.announce({ kind: 'user', id: user.userId });
    return toCurrentUser(principal);
  }

  /** The principal of this bearer token; undefined if the token is not valid. */
  async principalOf(token: string): Promise<TokenPrincipal | undefined> {
    const { devBearerToken } = this.settings;
    if (devBearerToken !== undefined && secretsMatch(token, devBearerToken)) return DEV_TOKEN;
    if (token.startsWith(API_TOKEN_PREFIX)) {
      const key = digest(token).toString('base64');
      return this.principals.get(key, () => this.apiTokens.principalOf(token));
    }
    const claims = await this.tokens.verify(token);
    if (!claims) return undefined;
    const { sessionId, expiresAtMs } = claims;
    const principal = await this.principals.get(sessionId, async () => {
      const owner = await this.sessions.ownerOf(sessionId);
      return owner && principalOf(sessionId, owner, Number.POSITIVE_INFINITY);
    });
    // A session outlives its access tokens.
    return principal && { ...principal, expiresAtMs };
  }

  private async guard<T>(
    attempt: Pick<Attempt, 'email' | 'device'>,
    origin: Origin,
    work: () => Promise<T>,
  ): Promise<T> {
    const { email } = attempt;
    const isKnownNetwork = (network: string): Promise<boolean> =>
      this.sessions.hasStartedFrom(email, network);
    try {
      return await this.throttle.guard({ ...attempt, address: origin.address ?? '', isKnownNetwork }, work);
    } catch (error) {
      if (error instanceof LockedOut && error.lock.isNew) {
        await this.sessions.records.lockedOut(email, await this.findByEmail(email), error, origin);
      }
      throw error;
    }
  }

  /**
   * The database may treat addresses as equal that the throttle counts separately (for example a dotted capital I),
   * which would allow extra attempts at one account.
   */
  private async findByEmail(email: string): Promise<UserEntity | null> {
    const found = await this.users.findByEmail(email);
    return found?.email.toLowerCase() === email.toLowerCase() ? found : null;
  }

  /** The answer to a sign-in or refresh. */
  private async toSession({ sessionId, refreshToken, owner }: ContinuedSession): Promise<Session> {
    return {
      access_token: await this.tokens.sign(sessionId, owner),
      token_type: 'bearer',
      expires_in: ACCESS_TOKEN_SEC,
      refresh_token: refreshToken,
      user: toCurrentUser(principalOf(sessionId, owner, 0)),
    };
  }
}
