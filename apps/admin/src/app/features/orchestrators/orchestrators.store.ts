import { computed, inject, Injectable } from '@angular/core';
import { ORCHESTRATOR_SORT_FIELDS, type FleetEvent, type Orchestrator, type Page } from '@moolai/contracts';
import { patched, patchesOf, STALE_TYPES, type OrchestratorPatch } from '../../core/fleet/fleet-patches';
import { IndependenceStore } from '../../core/fleet/independence.store';
import { injectAddressList } from '../../core/http/address-list';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { selectionOf } from '../../core/selection';
import { FILTERS, orchestratorFilterOf } from './orchestrator-query';

const FACETS_EVERY_MS = 3_000;
const COUNTED = /^(orchestrator|independence|config)\./;

/** The page updated by events; the same object if nothing changed. */
function pageWith(
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

/** One page of orchestrators, live, and the selected ones, according to the URL. */
@Injectable()
export class OrchestratorsStore {
  private readonly independence = inject(IndependenceStore);

  readonly list = injectAddressList(API.listOrchestrators, {
    filters: FILTERS,
    filterOf: orchestratorFilterOf,
    order: { by: ORCHESTRATOR_SORT_FIELDS, usual: 'orchestrator_id' },
    filterDrops: ['selected'],
    reloadOn: (event) => this.isStale(event),
    live: {
      patch: (page, batch) => pageWith(page, patchesOf(batch)),
      countNew: ({ events }) => events.filter(({ type }) => type === 'orchestrator.created').length,
    },
  });
  readonly facets = apiResource(API.countOrchestrators, () => ({ query: this.list.filter() }), {
    keepsOld: true,
    reloadOn: ({ type }) => COUNTED.test(type),
    everyMs: FACETS_EVERY_MS,
  });
  readonly selection = computed(() => selectionOf(this.list.address.params()['selected']));
  readonly rows = computed(() => this.list.items().map((one) => this.independence.shown(one)));

  /** True if an event changed a row in ways that need a new request. */
  private isStale({ type, orchestrator_id: id }: FleetEvent): boolean {
    if (type === 'orchestrator.deleted') return true;
    return STALE_TYPES.has(type) && this.list.items().some((row) => row.orchestrator_id === id);
  }
}
