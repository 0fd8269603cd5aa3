import { Injectable } from '@nestjs/common';
import { AccessWatch, concerns, type AccessChange } from '../../platform/access/access-watch.js';
import type { Identity } from '../../platform/access/principal.js';
import { Clock } from '../../platform/clock/clock.js';
import { isDatabaseUnavailable } from '../../platform/errors/error-translation.js';

/** An announcement may have been missed: nobody is remembered longer without asking. */
const MAX_AGE_MS = 60_000;
const MAX_ENTRIES = 10_000;

interface Entry {
  identity: Identity;
  /** Monotonic. */
  loadedAtMs: number;
}

/**
 * Who presents which credentials, so that a request needs no query for it and is answered while the
 * database is away. Changes of rights are announced by the database and hold at once.
 */
@Injectable()
export class IdentityCache {
  private readonly entries = new Map<string, Entry>();
  private readonly loading = new Map<string, Promise<Identity | undefined>>();
  /** Counts the changes: what was read before one and comes after it must not be kept. */
  private changes = 0;

  constructor(
    private readonly clock: Clock,
    watch: AccessWatch,
  ) {
    watch.onChange((change) => this.forget(change));
  }

  /**
   * Whoever presents these credentials; undefined when they are not good.
   * @param key names the credentials: a session, or the digest of a token
   * @param load asks the database
   */
  async get(key: string, load: () => Promise<Identity | undefined>): Promise<Identity | undefined> {
    const known = this.entries.get(key);
    const nowMs = this.clock.nowMs();
    if (known && this.clock.monotonicMs() - known.loadedAtMs < MAX_AGE_MS)
      return stillGood(known.identity, nowMs);
    try {
      const identity = await this.loadOnce(key, load);
      return identity && stillGood(identity, nowMs);
    } catch (error) {
      if (!known || !isDatabaseUnavailable(error)) throw error;
      return stillGood(known.identity, nowMs);
    }
  }

  private loadOnce(key: string, load: () => Promise<Identity | undefined>): Promise<Identity | undefined> {
    const running = this.loading.get(key);
    if (running) return running;
    const loaded = this.load(key, load).finally(() => this.loading.delete(key));
    this.loading.set(key, loaded);
    return loaded;
  }

  private async load(key: string, load: () => Promise<Identity | undefined>): Promise<Identity | undefined> {
    let identity: Identity | undefined;
    let changesBefore: number;
    // What was read before a change may be what the change has taken away.
    do {
      changesBefore = this.changes;
      identity = await load();
    } while (this.changes !== changesBefore);
    this.entries.delete(key);
    if (!identity) return undefined;
    if (this.entries.size >= MAX_ENTRIES) this.dropOldest();
    this.entries.set(key, { identity, loadedAtMs: this.clock.monotonicMs() });
    return identity;
  }

  private forget(change: AccessChange): void {
    this.changes += 1;
    this.loading.clear();
    for (const [key, { identity }] of this.entries) {
      if (concerns(change, identity)) this.entries.delete(key);
    }
  }

  private dropOldest(): void {
    const [oldest] = this.entries.keys();
    if (oldest !== undefined) this.entries.delete(oldest);
  }
}

function stillGood(identity: Identity, nowMs: number): Identity | undefined {
  return identity.expiresAtMs === null || identity.expiresAtMs > nowMs ? identity : undefined;
}
