import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { AppError } from '../../platform/errors/app-error.js';
import { networkOf } from '../../platform/http/network-of.js';
import { RedisConnection } from '../../platform/redis/redis-connection.js';
import { AttemptLimit, type Lock } from './attempt-limit.js';
import { AttemptsUnderWay } from './attempts-under-way.js';

/** Many users may share an address, and many addresses may attack one account. */
const SHARED_FACTOR = 5;
const MINUTE_MS = 60_000;

/** The scope of a lock. */
export type LockKind = 'device' | 'address' | 'account_and_address' | 'account';

/** One attempt to authenticate. */
export interface Attempt {
  email: string;
  address: string;
  /** A known device or session of the account; undefined for others. */
  device: string | undefined;
  /** Checks whether the account has signed in from this network before. */
  isKnownNetwork: (network: string) => Promise<boolean>;
}

/** Too many attempts have failed. The answer is the same whether or not the account exists. */
export class LockedOut extends AppError {
  constructor(
    readonly kind: LockKind,
    readonly lock: Lock,
  ) {
    const minutes = Math.ceil(lock.waitMs / MINUTE_MS);
    const elsewhere =
      kind === 'device'
        ? ''
        : ', or sign in from a browser or an address that you have signed in from before';
    super(
      'rate_limited',
      `Too many attempts have failed. Try again in ${minutes} min${elsewhere}.`,
      undefined,
      Math.ceil(lock.waitMs / 1_000),
    );
  }
}

interface Step {
  kind: LockKind;
  key: string;
}

/**
 * Slows down password guessing without letting attackers lock out the owner. Attempts count per address, per account
 * and address, and per account. A known device has its own count, and the account limit does not apply to networks that
 * the account has signed in from (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
 *
 * Attempts count before they are checked, so that concurrent ones do not bypass the limit; a successful one is
 * returned, and a refused one does not count. Unknown accounts are counted the same way.
 */
@Injectable()
export class LoginThrottle {
  private readonly limits: Record<LockKind, AttemptLimit>;
  private readonly underWay = new AttemptsUnderWay();

  constructor(@Inject(SETTINGS) { loginMaxFailures }: Settings, redis: RedisConnection) {
    const limit = (kind: LockKind, points: number): AttemptLimit =>
      new AttemptLimit(redis, `login:${kind}`, points);
    this.limits = {
      device: limit('device', loginMaxFailures),
      address: limit('address', loginMaxFailures * SHARED_FACTOR),
      account_and_address: limit('account_and_address', loginMaxFailures),
      account: limit('account', loginMaxFailures * SHARED_FACTOR),
    };
  }

  /**
   * Runs `work`, an attempt to authenticate, which counts unless it succeeds.
   * @throws LockedOut if too many attempts have failed; AppError `rate_limited` if too many are in progress; otherwise
   * any error of `work`, `forbidden` for a wrong password
   */
  async guard<T>(attempt: Attempt, work: () => Promise<T>): Promise<T> {
    const network = networkOf(attempt.address);
    const end = this.underWay.begin(attempt.device ?? network, attempt.device !== undefined);
    const counted: Step[] = [];
    try {
      await this.count(attempt, network, counted);
      const result = await work();
      // The user is authenticated: restart their own counts.
      for (const { kind, key } of counted) if (isOwn(kind)) await this.limits[kind].forget(key);
      await this.uncount(counted);
      return result;
    } catch (error) {
      if (!(error instanceof AppError && error.type === 'forbidden')) await this.uncount(counted);
      throw error;
    } finally {
      end();
    }
  }

  /** Counts one step after the other: a refusal by an earlier step does not count in a later one. */
  private async count(attempt: Attempt, network: string, counted: Step[]): Promise<void> {
    const account = attempt.email.toLowerCase();
    if (attempt.device !== undefined) {
      await this.countStep({ kind: 'device', key: attempt.device }, network, counted);
      return;
    }
    await this.countStep({ kind: 'address', key: network }, network, counted);
    await this.countStep({ kind: 'account_and_address', key: `${network} ${account}` }, network, counted);
    if (await attempt.isKnownNetwork(network)) return;
    await this.countStep({ kind: 'account', key: account }, network, counted);
  }

  private async countStep(step: Step, network: string, counted: Step[]): Promise<void> {
    const lock = await this.limits[step.kind].count(step.key, network);
    if (lock) throw new LockedOut(step.kind, lock);
    counted.push(step);
  }

  private async uncount(counted: readonly Step[]): Promise<void> {
    for (const { kind, key } of counted) await this.limits[kind].uncount(key);
  }
}

/** True for the counts of one user, who has now succeeded. */
function isOwn(kind: LockKind): boolean {
  return kind === 'device' || kind === 'account_and_address';
}
