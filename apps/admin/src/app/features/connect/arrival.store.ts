import { computed, DestroyRef, inject, Injectable, linkedSignal, signal } from '@angular/core';
import { patched, patchesOf } from '../../core/fleet/fleet-patches';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import type { LiveBatch } from '../../core/live/live-batch';
import { LiveStore } from '../../core/live/live.store';
import { arrivalOf, type Refusal } from './arrival';

/** Enough to contain the exact id among those that contain it as a substring. */
const PAGE_SIZE = 200;

interface Awaited {
  readonly orchestratorId: string;
  readonly organizationId: string;
}

/** Waits for one orchestrator. */
@Injectable()
export class ArrivalStore {
  private readonly awaited = signal<Awaited | undefined>(undefined, {
    equal: (a, b) => a?.orchestratorId === b?.orchestratorId && a?.organizationId === b?.organizationId,
  });
  private readonly id = computed(() => this.awaited()?.orchestratorId);
  private readonly refusal = linkedSignal<Awaited | undefined, Refusal | undefined>({
    source: this.awaited,
    computation: () => undefined,
  });
  // The list, because requesting a single unknown orchestrator would fail each time.
  private readonly found = apiResource(
    API.listOrchestrators,
    () => {
      const search = this.id();
      return search === undefined ? undefined : { query: { search, page_size: PAGE_SIZE } };
    },
    {
      reloadOn: ({ type, orchestrator_id: id }) =>
        id === this.id() && (type === 'orchestrator.created' || type === 'orchestrator.connected'),
      everyMs: 200,
    },
  );
  private readonly orchestrator = computed(() =>
    this.found.value()?.items.find(({ orchestrator_id: id }) => id === this.id()),
  );
  /** Whether it was connected at the first look; undefined until that is known. */
  private readonly wasConnected = linkedSignal<
    { id: string | undefined; isKnown: boolean },
    boolean | undefined
  >({
    source: () => ({ id: this.id(), isKnown: this.found.value() !== undefined }),
    computation: ({ id, isKnown }, previous) => {
      if (previous?.source.id === id && previous?.value !== undefined) return previous.value;
      return isKnown ? this.orchestrator()?.connected === true : undefined;
    },
  });

  readonly failure = this.found.failure;
  readonly arrival = computed(() => {
    const awaited = this.awaited();
    const wasConnected = this.wasConnected();
    if (!awaited || wasConnected === undefined) return { name: 'waiting' } as const;
    return arrivalOf({
      orchestrator: this.orchestrator(),
      organizationId: awaited.organizationId,
      wasConnected,
      refusal: this.refusal(),
    });
  });

  constructor() {
    inject(LiveStore).follow({ onBatch: (batch) => this.apply(batch) }, inject(DestroyRef));
  }

  /** Starts waiting for another orchestrator. */
  await(awaited: Awaited | undefined): void {
    this.awaited.set(awaited);
  }

  retry(): void {
    this.found.reload();
  }

  private apply(batch: LiveBatch): void {
    const id = this.id();
    if (id === undefined) return;
    for (const event of batch.events) {
      if (event.orchestrator_id !== id) continue;
      if (event.type === 'orchestrator.refused') this.refusal.set(event);
      else if (event.type === 'orchestrator.connected') this.refusal.set(undefined);
      // After it has disconnected, the next connection counts as an arrival.
      else if (event.type === 'orchestrator.disconnected') this.wasConnected.set(false);
    }
    const patch = patchesOf(batch).get(id);
    if (!patch) return;
    this.found.patch((page) => ({
      ...page,
      items: page.items.map((one) => (one.orchestrator_id === id ? patched(one, patch) : one)),
    }));
  }
}
