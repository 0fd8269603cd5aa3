import { isIPv6 } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { AppError } from '../../platform/errors/app-error.js';

const WINDOW_SEC = 15 * 60;
/** Many people may share an address, and many addresses may try one account. */
const SHARED_FACTOR = 5;

/** A client of IPv6 has a whole /64 of addresses. */
function networkOf(address: string): string {
  return isIPv6(address) ? address.split(':').slice(0, 4).join(':') : address;
}

/**
 * Slows down who guesses passwords: failures count per account and address, per account, and per
 * address. An account that does not exist counts alike, so that the answer does not tell.
 */
@Injectable()
export class LoginThrottle {
  private readonly limits: {
    limiter: RateLimiterMemory;
    keyOf: (account: string, address: string) => string;
  }[];

  constructor(@Inject(SETTINGS) { loginMaxFailures }: Settings) {
    const limiter = (points: number): RateLimiterMemory =>
      new RateLimiterMemory({ points, duration: WINDOW_SEC });
    this.limits = [
      { limiter: limiter(loginMaxFailures), keyOf: (account, address) => `${address} ${account}` },
      { limiter: limiter(loginMaxFailures * SHARED_FACTOR), keyOf: (account) => account },
      { limiter: limiter(loginMaxFailures * SHARED_FACTOR), keyOf: (_, address) => address },
    ];
  }

  /** @throws AppError `rate_limited` with the seconds to wait, when there were too many failures */
  async assertAllowed(email: string, address: string): Promise<void> {
    const states = await Promise.all(
      this.limits.map(async ({ limiter, keyOf }) => {
        const state = await limiter.get(this.key(keyOf, email, address));
        return state && state.consumedPoints >= limiter.points ? state : null;
      }),
    );
    const waitMs = Math.max(0, ...states.map((state) => state?.msBeforeNext ?? 0));
    if (waitMs === 0) return;
    const seconds = Math.ceil(waitMs / 1_000);
    throw new AppError(
      'rate_limited',
      `Too many failed attempts; try again in ${seconds} s.`,
      undefined,
      seconds,
    );
  }

  /** Counts a failure. */
  async failed(email: string, address: string): Promise<void> {
    const counted = this.limits.map(({ limiter, keyOf }) =>
      limiter.consume(this.key(keyOf, email, address)).catch((over: RateLimiterRes) => over),
    );
    await Promise.all(counted);
  }

  /** Whoever has proved who they are begins anew; the address does not, others may share it. */
  async succeeded(email: string, address: string): Promise<void> {
    const [own] = this.limits;
    if (own) await own.limiter.delete(this.key(own.keyOf, email, address));
  }

  private key(keyOf: (account: string, address: string) => string, email: string, address: string): string {
    return keyOf(email.toLowerCase(), networkOf(address));
  }
}
