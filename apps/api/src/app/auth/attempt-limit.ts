import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

const WINDOW_SEC = 15 * 60;
/** Each key takes some 500 bytes. */
const MAX_KEYS = 20_000;
/** The addresses of a locked key that the audit names. */
const MAX_ADDRESSES = 10;

interface Key {
  /** Who has tried. */
  addresses: Set<string>;
  isLocked: boolean;
}

/** Why an attempt is not looked at. */
export interface Lock {
  waitMs: number;
  /** Attempts that have failed, or are being looked at. */
  failures: number;
  /** Where they came from, or some of it. */
  addresses: string[];
  /** True for the first attempt that is refused by this lock. */
  isNew: boolean;
}

/** Counts attempts by a key, for a quarter of an hour from the first; the keys that began first make room. */
export class AttemptLimit {
  private readonly limiter: RateLimiterMemory;
  private readonly keys = new Map<string, Key>();

  constructor(
    private readonly points: number,
    private readonly maxKeys = MAX_KEYS,
  ) {
    this.limiter = new RateLimiterMemory({ points, duration: WINDOW_SEC });
  }

  /** How many keys are kept. */
  get size(): number {
    return this.keys.size;
  }

  /** Counts an attempt, unless there is a lock: what is refused does not make it longer. */
  async take(name: string, address: string): Promise<Lock | undefined> {
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
      // A wall clock that was set back would show a longer time than the timer that ends the window.
      const waitMs = Math.min(Math.max(1, refusal.msBeforeNext), WINDOW_SEC * 1_000);
      return { waitMs, failures: this.points, addresses: [...key.addresses], isNew };
    }
  }

  /** Takes an attempt back. */
  async giveBack(name: string): Promise<void> {
    if (!this.keys.has(name)) return;
    const { consumedPoints } = await this.limiter.reward(name);
    if (consumedPoints <= 0) await this.forget(name);
  }

  /** Forgets all attempts of a key. Never rejects: they are in memory. */
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
