import { computed, DestroyRef, inject, Injectable, linkedSignal, signal } from '@angular/core';
import { patched, patchesOf, STALE_TYPES } from '../../core/fleet/fleet-patches';
import { IndependenceStore } from '../../core/fleet/independence.store';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import type { LiveBatch } from '../../core/live/live-batch';
import { LiveStore } from '../../core/live/live.store';

/** Events whose effects need a new request. */
const READ_AGAIN: ReadonlySet<string> = new Set([
  ...STALE_TYPES,
  'orchestrator.connected',
  'orchestrator.disconnected',
  'orchestrator.enrolled',
  'credential.rotation_started',
  'credential.rotated',
  'credential.revoked',
  'config.reported',
  'message.created',
]);

/** One orchestrator, live. */
@Injectable()
export class OrchestratorStore {
  private readonly independence = inject(IndependenceStore);
  private readonly current = signal<string | undefined>(undefined);

  private readonly gone = linkedSignal({ source: this.current, computation: () => false });

  /** It was decommissioned while displayed, so nothing can be loaded any more. */
  readonly isGone = this.gone.asReadonly();
  /** Its id; undefined if there is nothing to load. */
  readonly id = computed(() => (this.gone() ? undefined : this.current()));
  readonly read = apiResource(API.getOrchestrator, () => this.call(), {
    reloadOn: ({ type, orchestrator_id: id }) => id === this.current() && READ_AGAIN.has(type),
  });
  readonly one = computed(() => {
    const known = this.read.value();
    return known && this.independence.shown(known);
  });

  constructor() {
    inject(LiveStore).follow({ onBatch: (batch) => this.apply(batch) }, inject(DestroyRef));
  }

  show(id: string): void {
    this.current.set(id);
  }

  private call(): { path: { id: string } } | undefined {
    const id = this.id();
    return id === undefined ? undefined : { path: { id } };
  }

  private apply(batch: LiveBatch): void {
    for (const { type, orchestrator_id: id } of batch.events) {
      if (id !== this.current()) continue;
      if (type === 'orchestrator.deleted') this.gone.set(true);
      else if (type === 'orchestrator.created') this.gone.set(false);
    }
    const patch = patchesOf(batch).get(this.current() ?? '');
    if (patch) this.read.patch((one) => patched(one, patch));
  }
}
