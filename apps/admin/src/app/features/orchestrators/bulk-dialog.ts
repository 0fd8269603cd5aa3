import { Component, computed, inject, signal } from '@angular/core';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';
import type { IndependenceState, OrchestratorFacetsQuery } from '@moolai/contracts';
import type { Lease } from '../../core/fleet/independence.store';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { everyPage } from '../../core/http/every-page';
import { BulkFrame, type BulkTask } from '../../ui/bulk/bulk-frame';
import { UNCHANGED } from '../../ui/bulk/bulk-run';
import { LeaseFields } from '../../ui/lease-fields';
import { needsTyping, type BulkAction } from './bulk-actions';
import { ORCHESTRATORS_TEXTS } from './orchestrators.texts';

/** The targets of a bulk action. */
export interface BulkData {
  readonly action: BulkAction;
  /** The selected ones; null for all that match the filter. */
  readonly ids: readonly string[] | null;
  readonly filter: OrchestratorFacetsQuery;
  /** Their number. */
  readonly count: number;
}

/** Performs one action on many orchestrators. */
@Component({
  selector: 'mc-bulk-dialog',
  imports: [BulkFrame, LeaseFields],
  template: `
    <mc-bulk-frame [task]="task()">
      @if (data.action.id === 'independent') {
        <mc-lease-fields [(value)]="lease" />
      }
    </mc-bulk-frame>
  `,
})
export class BulkDialog {
  private readonly api = inject(ApiClient);

  protected readonly data = inject<BulkData>(MAT_DIALOG_DATA);
  protected readonly lease = signal<Lease>({});
  /** The previous state of changed orchestrators; the others have nothing to undo. */
  private readonly previous = new Map<string, IndependenceState>();
  protected readonly task = computed<BulkTask>(() => {
    const { action, ids, count } = this.data;
    const { id, label, meaning, outcome } = action;
    return {
      label,
      nouns: ORCHESTRATORS_TEXTS.bulkActions.nouns,
      meaning,
      outcome,
      ids,
      count,
      gather: () => this.matchingIds(),
      act: (one) => this.act(one, id),
      ...(id === 'decommission' ? {} : { undo: (one) => this.undo(one) }),
      asksForNumber: needsTyping(action, count),
      isDangerous: id === 'decommission',
    };
  });

  private async matchingIds(): Promise<string[]> {
    const { items } = await everyPage(
      (page) =>
        this.api.call(API.listOrchestrators, {
          query: { ...this.data.filter, ...page, sort: 'orchestrator_id' },
        }),
      // No limit, because none may be silently left out.
      Number.POSITIVE_INFINITY,
    );
    return items.map(({ orchestrator_id: id }) => id);
  }

  private async act(id: string, action: BulkAction['id']): Promise<unknown> {
    if (action === 'decommission') return this.api.call(API.decommissionOrchestrator, { path: { id } });
    // An orchestrator that is already independent keeps its reason and end.
    const body =
      action === 'independent'
        ? { is_independent: true, keep_lease: true, ...this.lease() }
        : { is_independent: false };
    const { changed, previous } = await this.api.call(API.switchIndependence, { path: { id }, body });
    if (!changed) return UNCHANGED;
    this.previous.set(id, previous);
    return undefined;
  }

  /** The controller refuses an end that has passed in the meantime; the frame names the orchestrator. */
  private async undo(id: string): Promise<unknown> {
    const body = this.previous.get(id);
    if (!body) return UNCHANGED;
    const { changed } = await this.api.call(API.switchIndependence, { path: { id }, body });
    return changed ? undefined : UNCHANGED;
  }
}
