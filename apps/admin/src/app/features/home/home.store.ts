import { computed, DestroyRef, inject, Injectable, resource } from '@angular/core';
import { Permissions } from '../../core/auth/permissions';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { LiveStore } from '../../core/live/live.store';
import { OverviewStore } from '../../core/live/overview.store';
import { ServerClock } from '../../core/time/server-clock';
import { attentionOf } from './attention';

const RECENT = 8;
const HEALTH_EVERY_MS = 15_000;
/** Refusals of the last hour are counted, every five minutes. */
const LOOK_BACK_MS = 3_600_000;
const LOOK_AGAIN_MS = 300_000;

/** Data of the home page. */
@Injectable()
export class HomeStore {
  private readonly api = inject(ApiClient);
  private readonly clock = inject(ServerClock);
  private readonly permissions = inject(Permissions);
  /** The current UTC day, by which usage is counted. */
  private readonly today = computed(() => new Date(this.clock.nowMs()).toISOString().slice(0, 10));

  readonly overview = inject(OverviewStore).overview;
  readonly facets = apiResource(API.countOrchestrators, () => ({}), {
    reloadOn: ({ type }) => type.startsWith('config.') || type.startsWith('orchestrator.'),
    everyMs: 5_000,
  });
  readonly activity = apiResource(API.listActivity, () => ({ query: { page_size: RECENT } }), {
    reloadOn: () => true,
    everyMs: 2_000,
  });
  readonly spend = apiResource(API.getCosts, () => ({ query: { from: `${this.today()}T00:00:00.000Z` } }));
  private readonly refusedSince = computed(() => {
    const beginMs = this.clock.nowMs() - LOOK_BACK_MS;
    return new Date(beginMs - (beginMs % LOOK_AGAIN_MS)).toISOString();
  });
  private readonly refusals = apiResource(
    API.listActivity,
    () => ({ query: { type: 'orchestrator.refused' as const, from: this.refusedSince(), page_size: 1 } }),
    { keepsOld: true, reloadOn: ({ type }) => type === 'orchestrator.refused', everyMs: 5_000 },
  );
  /** Only requested with the permission. */
  private readonly backups = apiResource(
    API.listBackups,
    () => (this.permissions.can('fleet:manage') ? {} : undefined),
    { keepsOld: true },
  );
  private readonly healthRead = resource({ loader: () => this.api.internalHealth() });

  /** The controller's health; undefined until it is known. */
  readonly health = computed(() => (this.healthRead.hasValue() ? this.healthRead.value() : undefined));
  readonly attention = computed(() =>
    attentionOf(
      this.overview.value(),
      this.facets.value(),
      this.health(),
      this.refusals.value()?.total,
      this.backups.value(),
    ),
  );

  constructor() {
    const lifetime = inject(DestroyRef);
    const reload = (): void => void this.healthRead.reload();
    inject(LiveStore).follow({ onResync: reload }, lifetime);
    // There are no events for these.
    const timer = setInterval(() => {
      reload();
      this.backups.reload();
    }, HEALTH_EVERY_MS);
    lifetime.onDestroy(() => clearInterval(timer));
  }
}
