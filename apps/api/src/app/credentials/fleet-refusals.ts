import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import type { RedisConnection } from '../../platform/redis/redis-connection.js';
import { limitKey, sharedLimiter } from '../../platform/redis/shared-limiter.js';

/** Limits of reported refusals within one time. */
export interface RefusalLimits {
  durationSec: number;
  total: number;
  ofAddress: number;
  audited: number;
}

const ALL = 'all';

/**
 * Limits the refusals that all controllers of a fleet report together: the same one once, and a number in total and per
 * address. Only those that the limits of one controller let through are counted here.
 */
export class FleetRefusals {
  readonly isShared: boolean;
  private readonly same: RateLimiterAbstract;
  private readonly total: RateLimiterAbstract;
  private readonly ofAddress: RateLimiterAbstract;
  private readonly audited: RateLimiterAbstract;

  constructor(redis: RedisConnection, { durationSec, total, ofAddress, audited }: RefusalLimits) {
    this.isShared = redis.isEnabled;
    const limiter = (name: string, points: number): RateLimiterAbstract =>
      sharedLimiter(redis, { name: `refusals:${name}`, points, durationSec }).limiter;
    this.same = limiter('same', 1);
    this.total = limiter('total', total);
    this.ofAddress = limiter('address', ofAddress);
    this.audited = limiter('audited', audited);
  }

  /** @param refusal what is the same again if it is equal */
  async mayReport(refusal: string, network: string): Promise<boolean> {
    return (
      (await isWithin(this.same, limitKey(refusal))) &&
      (await isWithin(this.ofAddress, limitKey(network))) &&
      (await isWithin(this.total, ALL))
    );
  }

  mayAudit(): Promise<boolean> {
    return isWithin(this.audited, ALL);
  }
}

function isWithin(limiter: RateLimiterAbstract, key: string): Promise<boolean> {
  return limiter.consume(key).then(
    () => true,
    () => false,
  );
}
