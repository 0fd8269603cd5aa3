import { RateLimiterRes } from 'rate-limiter-flexible';
import type { RedisConnection } from '../../platform/redis/redis-connection.js';
import { limitKey, sharedLimiter, type SharedLimiter } from '../../platform/redis/shared-limiter.js';
import { LockMemory, type KnownLock } from './lock-memory.js';

const WINDOW_SEC = 15 * 60;
/** Each key takes about 500 bytes. */
const MAX_KEYS = 20_000;

/** Why an attempt is refused without being checked. */
export interface Lock extends KnownLock {
  waitMs: number;
  /** Failed or unfinished attempts. */
  failures: number;
}

/**
 * Counts attempts per key for 15 minutes from the first one, of all controllers that share a Redis. In memory the
 * oldest keys are dropped if there are too many.
 */
export class AttemptLimit {
  private readonly shared: SharedLimiter;
  private readonly memory: LockMemory;

  /** @param name distinguishes this limit from others in Redis */
  constructor(
    redis: RedisConnection,
    name: string,
    private readonly points: number,
    maxKeys = MAX_KEYS,
  ) {
    const limit = { name, points, durationSec: WINDOW_SEC };
    this.shared = sharedLimiter(redis, limit);
    this.memory = new LockMemory(redis, limit, maxKeys);
  }

  /** Number of keys in memory. */
  get size(): number {
    return this.memory.size;
  }

  /** Counts an attempt unless the key is locked: refused attempts do not extend a lock. */
  async count(name: string, address: string): Promise<Lock | undefined> {
    const key = limitKey(name);
    const dropped = this.memory.open(name);
    // Redis drops keys by their age.
    if (dropped !== undefined) await this.shared.insurance.delete(limitKey(dropped));
    try {
      const { isFirstInDuration } = await this.shared.limiter.consume(key);
      this.memory.note(name, address, isFirstInDuration);
      return undefined;
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      await this.shared.limiter.reward(key);
      // After the wall clock was set back, this would exceed the timer that ends the window.
      const waitMs = Math.min(Math.max(1, refusal.msBeforeNext), WINDOW_SEC * 1_000);
      return { waitMs, failures: this.points, ...(await this.memory.lock(name)) };
    }
  }

  /** Returns one attempt. */
  async uncount(name: string): Promise<void> {
    if (!this.memory.has(name)) return;
    const { consumedPoints } = await this.shared.limiter.reward(limitKey(name));
    if (consumedPoints <= 0) await this.forget(name);
  }

  /** Drops all attempts of a key. Never rejects: they are in memory, which counts while Redis is away. */
  async forget(name: string): Promise<void> {
    this.memory.forget(name);
    const key = limitKey(name);
    await this.shared.limiter.delete(key);
    await this.shared.insurance.delete(key);
  }
}
