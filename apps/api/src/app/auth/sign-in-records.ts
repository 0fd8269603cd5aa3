import type { JsonObject } from '@moolai/contracts';
import { systemActor } from '../../platform/access/principal.js';
import { Clock } from '../../platform/clock/clock.js';
import { AuditTrail } from '../audit/index.js';
import { soleOrganization } from '../users/index.js';
import type { LockedOut } from './login-throttle.js';
import type { Origin } from './sessions.service.js';
import type { SessionOwner } from './sessions.repository.js';

/** What the audit names where there is no such user. */
const UNKNOWN_USER = 'unknown';
/**
 * Refused sign-ins, and lock-outs, that are recorded within a quarter of an hour, from everywhere: the throttle does not
 * slow down an attacker with many addresses, and the audit keeps what it has for good.
 */
const MAX_RECORDS = 200;
const WINDOW_MS = 15 * 60 * 1000;

/** A sign-in that got nowhere. */
export interface RefusedSignIn {
  /** As it was typed, or as the provider gave it. */
  email: string | null;
  /** Whom it belongs to. */
  user: SessionOwner | null;
  reason: string;
  origin: Origin;
}

/** Records within a window; those that did not fit are counted. */
class Allowance {
  private sinceMs = -Infinity;
  private told = 0;
  private untold = 0;

  constructor(private readonly clock: Clock) {}

  /** What a record adds about those that were left out before it; undefined when this one is left out, too. */
  take(): { untold_before?: number } | undefined {
    const nowMs = this.clock.monotonicMs();
    if (nowMs - this.sinceMs >= WINDOW_MS) {
      this.sinceMs = nowMs;
      this.told = 0;
    }
    if (this.told >= MAX_RECORDS) {
      this.untold += 1;
      return undefined;
    }
    this.told += 1;
    const untold = this.untold;
    this.untold = 0;
    return untold > 0 ? { untold_before: untold } : {};
  }
}

/** Tells the audit of sign-ins that got nowhere. */
export class SignInRecords {
  private readonly refusals: Allowance;
  private readonly locks: Allowance;

  constructor(
    private readonly audit: AuditTrail,
    clock: Clock,
  ) {
    this.refusals = new Allowance(clock);
    this.locks = new Allowance(clock);
  }

  /** Records that somebody was not let in, or counts it where that was recorded often enough. */
  async refused({ email, user, reason, origin }: RefusedSignIn): Promise<void> {
    const more = this.refusals.take();
    if (more) await this.record('session.refused', user, origin, { email, reason, ...more });
  }

  /** Records that a lock begins: whom it is for, who has brought it about, and how long it lasts. */
  async lockedOut(
    email: string,
    user: SessionOwner | null,
    { kind, lock }: LockedOut,
    origin: Origin,
  ): Promise<void> {
    const more = this.locks.take();
    if (!more) return;
    await this.record('session.locked_out', user, origin, {
      email,
      lock: kind,
      device: kind === 'device' ? 'known' : 'unknown',
      failures: lock.failures,
      addresses: lock.addresses,
      locked_for_sec: Math.ceil(lock.waitMs / 1_000),
      ...more,
    });
  }

  private async record(
    action: 'session.refused' | 'session.locked_out',
    user: SessionOwner | null,
    { address, requestId }: Origin,
    after: JsonObject,
  ): Promise<void> {
    await this.audit.record({
      actor: { ...systemActor(), address, requestId },
      action,
      organizationId: user ? soleOrganization(user.organizationIds) : null,
      target: { type: 'user', id: user?.userId ?? UNKNOWN_USER },
      after,
    });
  }
}
