import type { JsonObject } from '@moolai/contracts';
import { systemActor } from '../../platform/access/principal.js';
import { Clock } from '../../platform/clock/clock.js';
import { AuditTrail } from '../audit/index.js';
import { soleOrganization } from '../users/index.js';
import type { LockedOut } from './login-throttle.js';
import type { Origin } from './sessions.service.js';
import type { SessionOwner } from './sessions.repository.js';

/** Name in the audit log if there is no such user. */
const UNKNOWN_USER = 'unknown';
/**
 * Limits recorded failures and lock-outs per 15 minutes from all addresses: the throttle does not slow down an attacker
 * with many addresses, and audit entries are kept forever.
 */
const MAX_RECORDS = 200;
const WINDOW_MS = 15 * 60 * 1000;

/** A failed sign-in. */
export interface RefusedSignIn {
  /** As entered, or as given by the provider. */
  email: string | null;
  /** The user with this address. */
  user: SessionOwner | null;
  reason: string;
  origin: Origin;
}

/** Limits records per window, and counts those beyond. */
class Allowance {
  private sinceMs = -Infinity;
  private recorded = 0;
  private omitted = 0;

  constructor(private readonly clock: Clock) {}

  /** Data to add to a record about those left out before it; undefined if this one is left out, too. */
  admit(): { untold_before?: number } | undefined {
    const nowMs = this.clock.monotonicMs();
    if (nowMs - this.sinceMs >= WINDOW_MS) {
      this.sinceMs = nowMs;
      this.recorded = 0;
    }
    if (this.recorded >= MAX_RECORDS) {
      this.omitted += 1;
      return undefined;
    }
    this.recorded += 1;
    const { omitted } = this;
    this.omitted = 0;
    return omitted > 0 ? { untold_before: omitted } : {};
  }
}

/** Records failed sign-ins in the audit log. */
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

  /** Records a failed sign-in, or counts it if the limit is reached. */
  async refused({ email, user, reason, origin }: RefusedSignIn): Promise<void> {
    const more = this.refusals.admit();
    if (more) await this.record('session.refused', user, origin, { email, reason, ...more });
  }

  /** Records the start of a lock: its scope, addresses and duration. */
  async lockedOut(
    email: string,
    user: SessionOwner | null,
    { kind, lock }: LockedOut,
    origin: Origin,
  ): Promise<void> {
    const more = this.locks.admit();
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
