import { createHash } from 'node:crypto';
import { RateLimiterMemory, RateLimiterRedis, type RateLimiterAbstract } from 'rate-limiter-flexible';
import type { EvalOptions, RedisClient } from './redis-client.js';
import type { RedisConnection } from './redis-connection.js';

/** A request does not wait longer for its count. */
const WITHIN_MS = 300;
const NAME_BYTES = 16;

/** Points of a key within a time, which begins with the first point. */
export interface LimitOptions {
  /** Distinguishes the keys of this limit in Redis. */
  name: string;
  points: number;
  durationSec: number;
}

/** A limit that counts for the fleet, and what counts instead while Redis is away. */
export interface SharedLimiter {
  limiter: RateLimiterAbstract;
  /** The same as `limiter` without `REDIS_URL`. */
  insurance: RateLimiterMemory;
}

/** Counts in Redis, in memory while Redis is away, and only in memory without `REDIS_URL`. */
export function sharedLimiter(redis: RedisConnection, options: LimitOptions): SharedLimiter {
  const { name, points, durationSec: duration } = options;
  const insurance = new RateLimiterMemory({ points, duration });
  if (!redis.isEnabled) return { limiter: insurance, insurance };
  const limiter = new RateLimiterRedis({
    storeClient: storeOf(redis),
    // Without it, every call would fail and the insurance would count, for this controller alone.
    useRedisPackage: true,
    keyPrefix: redis.key(`limits:${name}`),
    points,
    duration,
    insuranceLimiter: insurance,
  });
  return { limiter, insurance };
}

/** A key without what it is about: Redis need not know addresses and e-mail addresses. */
export function limitKey(text: string): string {
  return createHash('sha256').update(text).digest().toString('hex', 0, NAME_BYTES);
}

/** The commands that the limiter calls, on whatever connection there is. */
function storeOf(redis: RedisConnection): object {
  const ask = async <T>(work: (client: RedisClient) => Promise<T>): Promise<T> => {
    const reply = await redis.ask(work, WITHIN_MS);
    if (reply === undefined) throw new Error('Redis is away');
    return reply;
  };
  return {
    eval: (script: string, options: EvalOptions) => ask((client) => client.eval(script, options)),
    del: (key: string) => ask((client) => client.del(key)),
  };
}
