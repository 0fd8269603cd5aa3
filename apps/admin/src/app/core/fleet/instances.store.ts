import { DOCUMENT, effect, inject, Injectable, signal } from '@angular/core';
import type { Instance, RedisStatus } from '@moolai/contracts';
import { Permissions } from '../auth/permissions';
import { ApiClient } from '../http/api-client';
import { API } from '../http/api-operations';
import { callResource } from '../http/api-resource';
import { untilShown } from '../live/presence';

/** Polling interval: what happens to instances is no event of the fleet. */
export const ASK_EVERY_MS = 5_000;

/** The controllers that share the fleet, and the Redis between them. */
export interface InstanceFacts {
  readonly instances: readonly Instance[];
  readonly redis: RedisStatus;
}

/** Which controllers share the fleet, for users who may see it. Owned by the shell, which reports lost ones. */
@Injectable()
export class InstancesStore {
  private readonly api = inject(ApiClient);
  private readonly permissions = inject(Permissions);
  private readonly document = inject(DOCUMENT);
  private readonly watchers = signal(0);

  readonly facts = callResource<true, InstanceFacts>(
    () => this.permissions.can('fleet:manage') || undefined,
    () => this.load(),
  );

  constructor() {
    effect((onCleanup) => {
      if (this.facts.isLoading() || !this.isFollowed()) return;
      const stopped = new AbortController();
      const timer = setTimeout(() => {
        void untilShown(this.document, stopped.signal).then(() => {
          if (!stopped.signal.aborted) this.facts.reload();
        });
      }, ASK_EVERY_MS);
      onCleanup(() => {
        clearTimeout(timer);
        stopped.abort();
      });
    });
  }

  /** Follows a controller without a Redis too. Returns a function that ends it. */
  watch(): () => void {
    this.watchers.update((count) => count + 1);
    return () => this.watchers.update((count) => count - 1);
  }

  /** A controller without a Redis is alone until it restarts, which ends the live stream and reloads everything. */
  private isFollowed(): boolean {
    if (this.watchers() > 0) return true;
    const known = this.facts.value();
    return known !== undefined && known.redis !== 'off';
  }

  private async load(): Promise<InstanceFacts> {
    const [instances, { redis }] = await Promise.all([
      this.api.call(API.listInstances, {}),
      this.api.internalHealth(),
    ]);
    return { instances, redis: redis.status };
  }
}
