import { Injectable } from '@nestjs/common';
import { AccessWatch, concerns, type AccessChange } from '../../platform/access/access-watch.js';
import type { TokenPrincipal } from '../../platform/access/principal.js';
import { Clock } from '../../platform/clock/clock.js';
import { isDatabaseUnavailable } from '../../platform/errors/error-translation.js';

/** Announcements may be missed, so each entry is reloaded after this time. */
const MAX_AGE_MS = 60_000;
const MAX_ENTRIES = 10_000;

interface Entry {
  principal: TokenPrincipal;
  /** Monotonic. */
  loadedAtMs: number;
}

/**
 * Caches principals by credentials, so that requests need no query and work while the database is down. The database
 * announces changed rights, which apply immediately.
 */
@Injectable()
export class PrincipalCache {
  private readonly entries = new Map<string, Entry>();
  private readonly loading = new Map<string, Promise<TokenPrincipal | undefined>>();
  /** Number of changes: a principal read before a change must not be cached after it. */
  private changes = 0;

  constructor(
    private readonly clock: Clock,
    watch: AccessWatch,
  ) {
    watch.onChange((change) => this.forget(change));
  }

  /**
   * The principal for these credentials; undefined if they are not valid.
   * @param key identifies the credentials: a session, or the digest of a token
   * @param load reads the principal from the database
   */
  async get(
    key: string,
    load: () => Promise<TokenPrincipal | undefined>,
  ): Promise<TokenPrincipal | undefined> {
    const known = this.entries.get(key);
    const nowMs = this.clock.nowMs();
    if (known && this.clock.monotonicMs() - known.loadedAtMs < MAX_AGE_MS)
      return stillGood(known.principal, nowMs);
    try {
      const principal = await this.loadOnce(key, load);
      return principal && stillGood(principal, nowMs);
    } catch (error) {
      if (!known || !isDatabaseUnavailable(error)) throw error;
      return stillGood(known.principal, nowMs);
    }
  }

  private loadOnce(
    key: string,
    load: () => Promise<TokenPrincipal | undefined>,
  ): Promise<TokenPrincipal | undefined> {
    const running = this.loading.get(key);
    if (running) return running;
    const loaded = this.load(key, load).finally(() => this.loading.delete(key));
    this.loading.set(key, loaded);
    return loaded;
  }

  private async load(
    key: string,
    load: () => Promise<TokenPrincipal | undefined>,
  ): Promise<TokenPrincipal | undefined> {
    let principal: TokenPrincipal | undefined;
    let changesBefore: number;
    // A principal read before a change may have lost its rights by now.
    do {
      changesBefore = this.changes;
      principal = await load();
    } while (this.changes !== changesBefore);
    this.entries.delete(key);
    if (!principal) return undefined;
    if (this.entries.size >= MAX_ENTRIES) this.dropOldest();
    this.entries.set(key, { principal, loadedAtMs: this.clock.monotonicMs() });
    return principal;
  }

  private forget(change: AccessChange): void {
    this.changes += 1;
    this.loading.clear();
    for (const [key, { principal }] of this.entries) {
      if (concerns(change, principal)) this.entries.delete(key);
    }
  }

  private dropOldest(): void {
    const [oldest] = this.entries.keys();
    if (oldest !== undefined) this.entries.delete(oldest);
  }
}

function stillGood(principal: TokenPrincipal, nowMs: number): TokenPrincipal | undefined {
  return principal.expiresAtMs === null || principal.expiresAtMs > nowMs ? principal : undefined;
}
