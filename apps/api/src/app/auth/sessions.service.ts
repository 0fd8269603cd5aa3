import { Injectable } from '@nestjs/common';
import type { UserSession } from '@moolai/contracts';
import type { FastifyRequest } from 'fastify';
import { AccessWatch } from '../../platform/access/access-watch.js';
import {
  systemActor,
  type Actor,
  type TokenPrincipal,
  type Principal,
} from '../../platform/access/principal.js';
import { Clock } from '../../platform/clock/clock.js';
import { AppError, NotFoundError } from '../../platform/errors/app-error.js';
import { networkOf } from '../../platform/http/network-of.js';
import { Transactions } from '../../platform/database/transactions.js';
import { AuditTrail, type AuditedChange } from '../audit/index.js';
import { soleOrganization } from '../users/index.js';
import { RefreshTokens, type PresentedToken } from './refresh-tokens.js';
import { SessionsRepository, type SessionOwner } from './sessions.repository.js';
import { SignInRecords } from './sign-in-records.js';

/** A session ends after this much time without use. */
export const SESSION_IDLE_MS = 12 * 60 * 60 * 1000;

/** A token reused within this time was sent by two tabs at once, or again after a lost answer. */
const REUSE_GRACE_MS = 10_000;

const MAX_USER_AGENT = 512;
/** Origin of a session. */
export interface Origin {
  address: string | null;
  userAgent: string | undefined;
  requestId: string | null;
}

/** The origin of a request. */
export function originOf(request: FastifyRequest): Origin {
  return {
    address: request.clientAddress,
    userAgent: request.headers['user-agent'],
    requestId: request.id,
  };
}

/** A continued session, with its only valid refresh token. */
export interface ContinuedSession {
  sessionId: string;
  refreshToken: string;
  owner: SessionOwner;
}

/** The principal of a session. */
export function principalOf(sessionId: string, owner: SessionOwner, expiresAtMs: number): TokenPrincipal {
  const { userId, email, role, organizationIds } = owner;
  const scope = role === 'superadmin' ? null : organizationIds;
  return { kind: 'user', id: userId, name: email, email, role, scope, sessionId, expiresAtMs };
}

/**
 * Sessions, each a family of refresh tokens of which only the newest is valid. A token that is used twice was stolen or
 * leaked, so the session ends (RFC 9700, section 4.14.2). For {@link REUSE_GRACE_MS} the token just before the newest
 * still returns the newest, unless that has been used.
 *
 * The tabs of a browser share one cookie, so a slow tab may send a token that another tab has already exchanged. The
 * token in a cookie is therefore exchanged at most once per {@link REUSE_GRACE_MS}: in between, it and its predecessor
 * both return it.
 */
@Injectable()
export class SessionsService {
  /** Records of failed sign-ins. */
  readonly records: SignInRecords;

  constructor(
    private readonly repository: SessionsRepository,
    private readonly refreshTokens: RefreshTokens,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
    private readonly transactions: Transactions,
    private readonly watch: AccessWatch,
  ) {
    this.records = new SignInRecords(audit, clock);
  }

  /** Starts a session of an authenticated user. */
  async start(owner: SessionOwner, { address, userAgent, requestId }: Origin): Promise<ContinuedSession> {
    const secret = this.refreshTokens.newSecret();
    const now = this.clock.now();
    const session = {
      userId: owner.userId,
      tokenHash: this.refreshTokens.hashOf(secret),
      address,
      userAgent: userAgent?.slice(0, MAX_USER_AGENT) ?? null,
      now,
      expiresAt: this.nextEnd(now),
    };
    const sessionId = await this.transactions.run(async (tx) => {
      const sessionId = await this.repository.start(tx, session);
      const actor = { ...principalOf(sessionId, owner, 0), address, requestId };
      const after = { user_agent: session.userAgent };
      await this.audit.record({ actor, action: 'session.started', ...place(sessionId, owner), after }, tx);
      return sessionId;
    });
    return { sessionId, refreshToken: this.refreshTokens.issue(sessionId, secret), owner };
  }

  /** True if there are sessions of the account that were started from this network, current or a few weeks old. */
  async hasStartedFrom(email: string, network: string): Promise<boolean> {
    const addresses = await this.repository.addressesOf(email);
    return addresses.some((address) => networkOf(address) === network);
  }

  /**
   * Exchanges a refresh token for the next one.
   * @param isShared true for the token in a browser's cookie
   * @throws AppError `forbidden` if it is unknown, expired, or already used: the session then ends
   */
  async continue(
    refreshToken: string,
    { address, requestId }: Origin,
    isShared: boolean,
  ): Promise<ContinuedSession> {
    const presented = this.refreshTokens.read(refreshToken);
    // One time for both checks: a token too young for an exchange must be young enough for the grace period.
    const now = this.clock.now();
    const continued =
      presented &&
      ((await this.rotate(presented, now, isShared)) ?? (await this.repeat(presented, now, isShared)));
    if (continued) return continued;
    if (presented?.isOurs === true) {
      await this.end(presented.sessionId, 'reused_token', { ...systemActor(), address, requestId });
    }
    throw new AppError('forbidden', 'The session has ended; sign in again.');
  }

  private async rotate(
    { sessionId, hash, successors: [secret] }: PresentedToken,
    now: Date,
    isShared: boolean,
  ): Promise<ContinuedSession | undefined> {
    const owner = await this.repository.rotate({
      sessionId,
      now,
      tokenHash: hash,
      nextHash: this.refreshTokens.hashOf(secret),
      expiresAt: this.nextEnd(now),
      restMs: isShared ? REUSE_GRACE_MS : 0,
    });
    return owner && { sessionId, refreshToken: this.refreshTokens.issue(sessionId, secret), owner };
  }

  /** The result that the first of two requests with the same token got or will get. */
  private async repeat(
    { sessionId, secret: own, successors }: PresentedToken,
    now: Date,
    isShared: boolean,
  ): Promise<ContinuedSession | undefined> {
    for (const secret of isShared ? [...successors, own] : successors) {
      const hash = this.refreshTokens.hashOf(secret);
      const owner = await this.repository.justRotatedTo(hash, sessionId, now, REUSE_GRACE_MS);
      if (owner) return { sessionId, refreshToken: this.refreshTokens.issue(sessionId, secret), owner };
    }
    return undefined;
  }

  /** The owner of a session while it is valid. */
  ownerOf(sessionId: string): Promise<SessionOwner | undefined> {
    return this.repository.ownerOf(sessionId, this.clock.now());
  }

  /**
   * Ends the principal's session, or that of a refresh token if the principal has none.
   * @returns the id of the ended session; null if there was none
   */
  async signOut(principal: Principal, refreshToken: string | undefined): Promise<string | null> {
    const named = refreshToken === undefined ? undefined : this.refreshTokens.read(refreshToken);
    const isTheirs = named !== undefined && (await this.repository.isGood(named.sessionId, named.hash));
    const ending = principal.sessionId ?? (isTheirs ? named.sessionId : null);
    return ending !== null && (await this.end(ending, 'signed_out', principal)) ? ending : null;
  }

  /** The principal's sessions. */
  async list(principal: Principal): Promise<UserSession[]> {
    if (principal.kind !== 'user') return [];
    const sessions = await this.repository.list(principal.id, this.clock.now());
    return sessions.map((session) => ({
      ...session,
      is_current: session.session_id === principal.sessionId,
    }));
  }

  /**
   * Ends one of the principal's own sessions.
   * @throws NotFoundError
   */
  async endOwn(sessionId: string, principal: Principal): Promise<UserSession> {
    const session = (await this.list(principal)).find((one) => one.session_id === sessionId);
    const isEnded = session && (await this.end(sessionId, 'ended_by_user', principal, principal.id));
    if (!session || !isEnded) throw new NotFoundError('session', sessionId);
    return session;
  }

  private async end(sessionId: string, reason: string, actor: Actor, ownerId?: string): Promise<boolean> {
    const hasEnded = await this.transactions.run(async (tx) => {
      const owner = await this.repository.end(tx, sessionId, this.clock.now(), reason, ownerId);
      if (!owner) return false;
      const change = { actor, action: 'session.ended' as const, ...place(sessionId, owner) };
      await this.audit.record({ ...change, after: { end_reason: reason } }, tx);
      return true;
    });
    // The database also announces it to every instance, but slightly later.
    if (hasEnded) this.watch.announce({ kind: 'session', id: sessionId });
    return hasEnded;
  }

  private nextEnd(now: Date): Date {
    return new Date(now.getTime() + SESSION_IDLE_MS);
  }
}

function place(
  sessionId: string,
  { organizationIds }: SessionOwner,
): Pick<AuditedChange, 'organizationId' | 'target'> {
  return { organizationId: soleOrganization(organizationIds), target: { type: 'session', id: sessionId } };
}
