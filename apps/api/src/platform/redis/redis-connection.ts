import type { RedisStatus } from '@moolai/contracts';
import type { RedisClient } from './redis-client.js';

/** A connection of its own that was asked for with {@link RedisConnection.keep}. */
export interface Kept {
  /** Ends it; it is opened again as long as Redis is up. */
  restart(): void;
  /** Ends it for good. */
  stop(): void;
}

/** Receives the messages of a subscription. */
export interface Subscription {
  channels: string[];
  /** Must not throw. */
  onMessage(text: string, channel: string): void;
  /**
   * Called each time the subscription begins, so also after it was interrupted: messages of the time before are lost.
   */
  onSubscribed(): void;
}

/**
 * This process's connections to Redis. Redis holds only what may be lost, and it may be away at any time: no method
 * throws, waits long, or keeps anything for later.
 */
export abstract class RedisConnection {
  /** True if `REDIS_URL` is set. */
  abstract readonly isEnabled: boolean;
  /** True while Redis answers a ping each second; false within 2 s after it has stopped or stands still. */
  abstract readonly isUp: boolean;
  /** Duration of the last ping; null while Redis is away. */
  abstract readonly latencyMs: number | null;

  get status(): RedisStatus {
    if (!this.isEnabled) return 'off';
    return this.isUp ? 'up' : 'down';
  }

  /** The name of a key or channel of this fleet: several fleets may share a server. */
  abstract key(name: string): string;

  /** Calls `listener` each time Redis is back. Returns a function that removes it. */
  abstract onUp(listener: () => void): () => void;

  /** Calls `listener` each time Redis goes away. Returns a function that removes it. */
  abstract onDown(listener: () => void): () => void;

  /**
   * Runs commands on the shared connection. Never rejects.
   * @param withinMs after this time the result no longer counts, although the commands may still be executed
   * @returns undefined if Redis is away, too slow, or refuses the commands
   */
  abstract ask<T>(work: (client: RedisClient) => Promise<T>, withinMs?: number): Promise<T | undefined>;

  /**
   * Keeps a connection of its own, for commands that block. `use` gets a new client each time Redis is back or the
   * connection was lost; it should run until a command fails.
   */
  abstract keep(name: string, use: (client: RedisClient) => Promise<void>): Kept;

  /** Subscribes to channels on a connection of its own, and again whenever that was lost. */
  abstract subscribe(subscription: Subscription): Kept;
}
