import { limitKey } from '../../platform/redis/shared-limiter.js';
import type { RedisConnection } from '../../platform/redis/redis-connection.js';

/** Addresses of a locked key that the audit log lists. */
const MAX_ADDRESSES = 10;
const WITHIN_MS = 300;

interface Known {
  /** Addresses of the attempts. */
  addresses: Set<string>;
  isLocked: boolean;
}

/** What is known of the attempts of one key: their addresses, and whether its lock was reported. */
export interface KnownLock {
  addresses: string[];
  /** True for the first attempt that this lock refuses. */
  isNew: boolean;
}

/** Remembers the attempts of keys here, and in Redis for the other controllers. */
export class LockMemory {
  private readonly keys = new Map<string, Known>();

  constructor(
    private readonly redis: RedisConnection,
    private readonly limit: { name: string; durationSec: number },
    private readonly maxKeys: number,
  ) {}

  /** Number of keys. */
  get size(): number {
    return this.keys.size;
  }

  has(name: string): boolean {
    return this.keys.has(name);
  }

  /**
   * Makes room for a key.
   * @returns the key that was dropped for it
   */
  open(name: string): string | undefined {
    if (this.keys.has(name)) return undefined;
    const [oldest] = this.keys.keys();
    const isFull = oldest !== undefined && this.keys.size >= this.maxKeys;
    if (isFull) this.keys.delete(oldest);
    this.keys.set(name, { addresses: new Set(), isLocked: false });
    return isFull ? oldest : undefined;
  }

  /** @param isFirst true for the first attempt within the time: earlier ones no longer count */
  note(name: string, address: string, isFirst: boolean): void {
    const key = this.keys.get(name);
    if (!key) return;
    if (isFirst) Object.assign(key, { addresses: new Set(), isLocked: false });
    if (key.addresses.has(address) || key.addresses.size >= MAX_ADDRESSES) return;
    key.addresses.add(address);
    const [addresses, lock] = this.redisKeys(name);
    // Not awaited: nothing depends on it but the audit entry of a lock.
    void this.redis.ask((client) => {
      const commands = client.multi();
      if (isFirst) commands.del([addresses, lock]);
      return commands.sAdd(addresses, address).expire(addresses, this.limit.durationSec).exec();
    });
  }

  /** Reports a lock; its first refusal at any controller is the new one. */
  async lock(name: string): Promise<KnownLock> {
    const key = this.keys.get(name);
    const [addressesKey, lockKey] = this.redisKeys(name);
    const expiration = { type: 'EX', value: this.limit.durationSec } as const;
    const reply = await this.redis.ask(
      (client) =>
        client.multi().set(lockKey, '1', { condition: 'NX', expiration }).sMembers(addressesKey).execTyped(),
      WITHIN_MS,
    );
    const isNew = reply ? reply[0] !== null : !key?.isLocked;
    if (key) key.isLocked = true;
    const addresses = new Set([...(key?.addresses ?? []), ...(reply?.[1] ?? [])]);
    return { addresses: [...addresses].slice(0, MAX_ADDRESSES), isNew };
  }

  forget(name: string): void {
    if (!this.keys.delete(name)) return;
    void this.redis.ask((client) => client.del(this.redisKeys(name)));
  }

  private redisKeys(name: string): [addresses: string, lock: string] {
    const key = this.redis.key(`limits:${this.limit.name}:${limitKey(name)}`);
    return [`${key}:addresses`, `${key}:lock`];
  }
}
