import { Inject, Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { AppError } from '../../platform/errors/app-error.js';
import { networkOf } from '../../platform/http/network-of.js';

const WINDOW_SEC = 15 * 60;
/** Many people may share an address, and many addresses may try one account. */
const SHARED_FACTOR = 5;
/** Checking a password takes a thread for some 10 ms, and 19 MiB: what waits for it must not grow. */
const MAX_AT_ONCE = 50;

interface Limit {
  limiter: RateLimiterMemory;
  keyOf: (account: string, network: string) => string;
}

/**
 * Slows down who guesses passwords: attempts count per account and address, per account, and per
 * address, and a successful one is given back. They count before they are looked at, so that many at
 * once are no way around it. An account that does not exist counts alike: the answer does not tell.
 */
@Injectable()
export class LoginThrottle {
  private readonly limits: Limit[];
  private underWay = 0;

  constructor(@Inject(SETTINGS) { loginMaxFailures }: Settings) {
    const limiter = (points: number): RateLimiterMemory =>
      new RateLimiterMemory({ points, duration: WINDOW_SEC });
    this.limits = [
      { limiter: limiter(loginMaxFailures), keyOf: (account, network) => `${network} ${account}` },
      { limiter: limiter(loginMaxFailures * SHARED_FACTOR), keyOf: (account) => account },
      { limiter: limiter(loginMaxFailures * SHARED_FACTOR), keyOf: (_, network) => network },
    ];
  }

  /**
   * Lets somebody prove who they are by `work`, which counts unless it succeeds.
   * @throws AppError `rate_limited` with the seconds to wait, when too many have failed or are under way;
   * else what `work` throws, `forbidden` for a wrong password
   */
  async guard<T>(email: string, address: string, work: () => Promise<T>): Promise<T> {
    if (this.underWay >= MAX_AT_ONCE) throw tooMany('Too many sign in at once', 1_000);
    this.underWay += 1;
    try {
      await this.count(email, address);
      const result = await work();
      await this.giveBack(email, address, true);
      return result;
    } catch (error) {
      const isFailure = error instanceof AppError && ['forbidden', 'rate_limited'].includes(error.type);
      if (!isFailure) await this.giveBack(email, address, false);
      throw error;
    } finally {
      this.underWay -= 1;
    }
  }

  private async count(email: string, address: string): Promise<void> {
    const waits = await Promise.all(
      this.limits.map(({ limiter, keyOf }) => waitMs(limiter, this.key(keyOf, email, address))),
    );
    const longestMs = Math.max(...waits);
    if (longestMs > 0) throw tooMany('Too many failed attempts', longestMs);
  }

  /** Whoever has proved who they are begins anew at this address. */
  private async giveBack(email: string, address: string, hasSucceeded: boolean): Promise<void> {
    for (const { limiter, keyOf } of this.limits) await limiter.reward(this.key(keyOf, email, address));
    const [own] = this.limits;
    if (own && hasSucceeded) await own.limiter.delete(this.key(own.keyOf, email, address));
  }

  private key(keyOf: Limit['keyOf'], email: string, address: string): string {
    return keyOf(email.toLowerCase(), networkOf(address));
  }
}

/** Takes a point; gives how long to wait when there is none left, else 0. */
async function waitMs(limiter: RateLimiterMemory, key: string): Promise<number> {
  try {
    await limiter.consume(key);
    return 0;
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return Math.max(1, refusal.msBeforeNext);
    throw refusal;
  }
}

function tooMany(what: string, waitMs: number): AppError {
  const seconds = Math.ceil(waitMs / 1_000);
  return new AppError('rate_limited', `${what}; try again in ${seconds} s.`, undefined, seconds);
}
