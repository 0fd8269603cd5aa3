import { computed, DestroyRef, inject, Injectable, signal } from '@angular/core';
import { patched, patchesOf, STALE_TYPES } from '../../core/fleet/fleet-patches';
import { IndependenceStore } from '../../core/fleet/independence.store';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import type { LiveBatch } from '../../core/live/live-batch';
import { LiveStore } from '../../core/live/live.store';

/** Connections, reports and changes show in fields that only a new reading has. */
const READ_AGAIN: ReadonlySet<string> = new Set([
  ...STALE_TYPES,
  'orchestrator.connected',
  'orchestrator.disconnected',
  'orchestrator.deleted',
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

  readonly id = this.current.asReadonly();
  readonly read = apiResource(API.orchestrator, () => this.call(), {
    reloadOn: ({ type, orchestrator_id: id }) => id === this.current() && READ_AGAIN.has(type),
  });
  readonly one = computed(() => {
    const known = this.read.value();
    return known && this.independence.shown(known);
  });

  constructor() {
    inject(LiveStore).follow({ onBatch: (batch) => this.take(batch) }, inject(DestroyRef));
  }

  show(id: string): void {
    this.current.set(id);
  }

  private call(): { path: { id: string } } | undefined {
    const id = this.current();
    return id === undefined ? undefined : { path: { id } };
  }

  private take(batch: LiveBatch): void {
    const patch = patchesOf(batch).get(this.current() ?? '');
    if (patch) this.read.patch((one) => patched(one, patch));
  }
}
