import { CdkFixedSizeVirtualScroll, CdkVirtualForOf, CdkVirtualScrollViewport } from '@angular/cdk/scrolling';
import { DecimalPipe } from '@angular/common';
import { Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import {
  MAT_DIALOG_DATA,
  MatDialogActions,
  MatDialogClose,
  MatDialogContent,
  MatDialogRef,
  MatDialogTitle,
} from '@angular/material/dialog';
import type { OrchestratorFacetsQuery } from '@moolai/contracts';
import type { Lease } from '../../core/fleet/independence.store';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { everyPage } from '../../core/http/every-page';
import { toRequestFailure, type RequestFailure } from '../../core/http/request-failure';
import { ErrorPanel } from '../../ui/error-panel';
import { Icon } from '../../ui/icon';
import { LeaseFields } from '../../ui/lease-fields';
import { needsTyping, type BulkAction } from './bulk-actions';
import { BulkRun, type BulkItem } from './bulk-run';

/** What a bulk action is to be done to. */
export interface BulkData {
  readonly action: BulkAction;
  /** The chosen ones; null for everyone that matches the filter. */
  readonly ids: readonly string[] | null;
  readonly filter: OrchestratorFacetsQuery;
  /** How many they are. */
  readonly count: number;
}

const FIRST_NAMED = 8;
/** However many there are: a bulk action must not leave some out in silence. */
const ALL_PAGES = Number.POSITIVE_INFINITY;

/** Asks whether a bulk action is meant, does it, and shows what became of each. */
@Component({
  selector: 'mc-bulk-dialog',
  imports: [
    CdkFixedSizeVirtualScroll,
    CdkVirtualForOf,
    CdkVirtualScrollViewport,
    DecimalPipe,
    ErrorPanel,
    Icon,
    LeaseFields,
    MatButton,
    MatDialogActions,
    MatDialogClose,
    MatDialogContent,
    MatDialogTitle,
  ],
  providers: [BulkRun],
  templateUrl: './bulk-dialog.html',
  styleUrl: './bulk-dialog.scss',
})
export class BulkDialog {
  private readonly api = inject(ApiClient);
  private readonly dialog = inject<MatDialogRef<BulkDialog>>(MatDialogRef);

  protected readonly data = inject<BulkData>(MAT_DIALOG_DATA);
  protected readonly run = inject(BulkRun);
  protected readonly tones = { waiting: 'calm', done: 'good', failed: 'bad' } as const;
  protected readonly icons = { waiting: 'clock', done: 'check', failed: 'problem' } as const;
  protected readonly words = { waiting: 'Waiting', done: 'Done', failed: 'Failed' } as const;
  protected readonly step = signal<'ask' | 'gather' | 'run'>('ask');
  protected readonly lease = signal<Lease>({});
  protected readonly typed = signal('');
  protected readonly onlyFailed = signal(false);
  protected readonly isUndone = signal(false);
  /** Why not even the ones that match could be read. */
  protected readonly problem = signal<RequestFailure | null>(null);

  protected readonly asksForNumber = needsTyping(this.data.action, this.data.count);
  protected readonly named = this.data.ids?.slice(0, FIRST_NAMED) ?? [];
  protected readonly isConfirmed = computed(
    () => !this.asksForNumber || this.typed().replaceAll(/[\s,.]/g, '') === String(this.data.count),
  );
  protected readonly total = computed(() => this.run.results().length);
  protected readonly finished = computed(() => this.run.done() + this.run.failed());
  protected readonly shown = computed(() => {
    const results = this.run.results();
    return this.onlyFailed() ? results.filter(({ state }) => state === 'failed') : results;
  });
  protected readonly left = computed(() => this.total() - this.run.done());
  protected readonly canUndo = computed(
    () => this.data.action.id !== 'decommission' && this.run.done() > 0 && !this.isUndone(),
  );

  protected readonly byId = (_index: number, { id }: BulkItem): string => id;

  protected async start(): Promise<void> {
    if (!this.isConfirmed()) return;
    this.problem.set(null);
    this.step.set('gather');
    // Nothing may close it by mistake while it works.
    this.dialog.disableClose = true;
    try {
      const ids = this.data.ids ?? (await this.matchingIds());
      this.step.set('run');
      await this.run.start(ids, (id) => this.act(id, this.data.action.id));
    } catch (error) {
      this.step.set('ask');
      this.problem.set(toRequestFailure(error));
    } finally {
      this.dialog.disableClose = false;
    }
  }

  protected retry(): void {
    void this.run.retry((id) => this.act(id, this.data.action.id));
  }

  /** Switches those back that were switched. */
  protected undo(): void {
    this.isUndone.set(true);
    const ids = this.run.results().flatMap(({ id, state }) => (state === 'done' ? [id] : []));
    const opposite = this.data.action.id === 'independent' ? 'managed' : 'independent';
    void this.run.start(ids, (id) => this.act(id, opposite));
  }

  private async matchingIds(): Promise<string[]> {
    const { items } = await everyPage(
      (page) =>
        this.api.call(API.orchestrators, {
          query: { ...this.data.filter, ...page, sort: 'orchestrator_id' },
        }),
      ALL_PAGES,
    );
    return items.map(({ orchestrator_id: id }) => id);
  }

  private act(id: string, action: BulkAction['id']): Promise<unknown> {
    if (action === 'decommission') return this.api.call(API.decommission, { path: { id } });
    const body =
      action === 'independent' ? { is_independent: true, ...this.lease() } : { is_independent: false };
    return this.api.call(API.switchOrchestrator, { path: { id }, body });
  }
}
