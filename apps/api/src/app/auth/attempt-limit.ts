import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

const WINDOW_SEC = 15 * 60;
/** Each key takes about 500 bytes. */
const MAX_KEYS = 20_000;
/** Addresses of a locked key that the audit log lists. */
const MAX_ADDRESSES = 10;

interface Key {
  /** Addresses of the attempts. */
  addresses: Set<string>;
  isLocked: boolean;
}

/** Why an attempt is refused without being checked. */
export interface Lock {
  waitMs: number;
  /** Failed or unfinished attempts. */
  failures: number;
  /** Their addresses, up to a limit. */
  addresses: string[];
  /** True for the first attempt that this lock refuses. */
  isNew: boolean;
}

/** Counts attempts per key for 15 minutes from the first one; drops the oldest keys if there are too many. */
export class AttemptLimit {
  private readonly limiter: RateLimiterMemory;
  private readonly keys = new Map<string, Key>();

  constructor(
    private readonly points: number,
    private readonly maxKeys = MAX_KEYS,
  ) {
    this.limiter = new RateLimiterMemory({ points, duration: WINDOW_SEC });
  }

  /** Number of keys. */
  get size(): number {
    return this.keys.size;
  }

  /** Counts an attempt unless the key is locked: refused attempts do not extend a lock. */
  async count(name: string, address: string): Promise<Lock | undefined> {
    const key = this.keyOf(name);
    try {
      const { isFirstInDuration } = await this.limiter.consume(name);
      if (isFirstInDuration) Object.assign(key, { addresses: new Set(), isLocked: false });
      if (key.addresses.size < MAX_ADDRESSES) key.addresses.add(address);
      return undefined;
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      await this.limiter.reward(name);
      const isNew = !key.isLocked;
      key.isLocked = true;
      // After the wall clock was set back, this would exceed the timer that ends the window.
      const waitMs = Math.min(Math.max(1, refusal.msBeforeNext), WINDOW_SEC * 1_000);
      return { waitMs, failures: this.points, addresses: [...key.addresses], isNew };
    }
  }

  /** Returns one attempt. */
  async uncount(name: string): Promise<void> {
    if (!this.keys.has(name)) return;
    const { consumedPoints } = await this.limiter.reward(name);
    if (consumedPoints <= 0) await this.forget(name);
  }

  /** Drops all attempts of a key. Never rejects: they are in memory. */
  async forget(name: string): Promise<void> {
    this.keys.delete(name);
    await this.limiter.delete(name);
  }

  private keyOf(name: string): Key {
    const known = this.keys.get(name);
    if (known) return known;
    const [oldest] = this.keys.keys();
    if (oldest !== undefined && this.keys.size >= this.maxKeys) void this.forget(oldest);
    const key = { addresses: new Set<string>(), isLocked: false };
    this.keys.set(name, key);
    return key;
  }
}
