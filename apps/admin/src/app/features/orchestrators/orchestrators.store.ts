import { computed, DestroyRef, inject, Injectable, signal, type Signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute } from '@angular/router';
import type { FleetEvent, Orchestrator, Page } from '@moolai/contracts';
import type { AddressParams } from '../../core/address';
import { patched, patchesOf, STALE_TYPES, type OrchestratorPatch } from '../../core/fleet/fleet-patches';
import { IndependenceStore } from '../../core/fleet/independence.store';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import type { LiveBatch } from '../../core/live/live-batch';
import { LiveStore } from '../../core/live/live.store';
import { listQueryOf, listStateOf } from './list-state';

const FACETS_EVERY_MS = 3_000;
const COUNTED = /^(orchestrator|independence|config)\./;

/** The page updated by events; the same object if nothing changed. */
export function pageWith(
  page: Page<Orchestrator>,
  patches: ReadonlyMap<string, OrchestratorPatch>,
): Page<Orchestrator> {
  let isChanged = false;
  const items = page.items.map((one) => {
    const patch = patches.get(one.orchestrator_id);
    if (!patch) return one;
    isChanged = true;
    return patched(one, patch);
  });
  return isChanged ? { ...page, items } : page;
}

/**
 * One page of orchestrators, according to the URL. Rows change in place; new ones are only counted, so that no row
 * moves under the pointer.
 */
@Injectable()
export class OrchestratorsStore {
  private readonly independence = inject(IndependenceStore);
  private readonly params: Signal<AddressParams> = toSignal(inject(ActivatedRoute).queryParams, {
    requireSync: true,
  });
  private readonly newCount = signal(0);

  readonly state = computed(() => listStateOf(this.params()));
  private readonly query = computed(() => listQueryOf(this.state()), {
    equal: (a, b) => JSON.stringify(a) === JSON.stringify(b),
  });
  private readonly filter = computed(() => this.state().filter, {
    equal: (a, b) => JSON.stringify(a) === JSON.stringify(b),
  });

  readonly list = apiResource(API.orchestrators, () => ({ query: this.query() }), {
    keepsOld: true,
    reloadOn: (event) => this.isStale(event),
    map: (page) => {
      this.newCount.set(0);
      return page;
    },
  });
  readonly facets = apiResource(API.orchestratorFacets, () => ({ query: this.filter() }), {
    keepsOld: true,
    reloadOn: ({ type }) => COUNTED.test(type),
    everyMs: FACETS_EVERY_MS,
  });
  readonly rows = computed(() => (this.list.value()?.items ?? []).map((one) => this.independence.shown(one)));
  /** Number of new ones since the list was loaded. */
  readonly newcomers = this.newCount.asReadonly();

  constructor() {
    inject(LiveStore).follow({ onBatch: (batch) => this.take(batch) }, inject(DestroyRef));
  }

  /** True if an event changed a row in ways that need a new request. */
  private isStale({ type, orchestrator_id: id }: FleetEvent): boolean {
    if (type === 'orchestrator.deleted') return true;
    return (
      STALE_TYPES.has(type) && this.list.value()?.items.some((row) => row.orchestrator_id === id) === true
    );
  }

  private take(batch: LiveBatch): void {
    const patches = patchesOf(batch);
    this.list.patch((page) => pageWith(page, patches));
    const created = batch.events.filter(({ type }) => type === 'orchestrator.created').length;
    if (created === 0) return;
    // An empty list has no row that could move.
    if (this.list.value()?.total === 0) this.list.reload();
    else this.newCount.update((count) => count + created);
  }
}
