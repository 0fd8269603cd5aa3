import { CdkFixedSizeVirtualScroll, CdkVirtualForOf, CdkVirtualScrollViewport } from '@angular/cdk/scrolling';
import { DecimalPipe } from '@angular/common';
import { Component, computed, inject, input, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import {
  MatDialogActions,
  MatDialogClose,
  MatDialogContent,
  MatDialogRef,
  MatDialogTitle,
} from '@angular/material/dialog';
import { toRequestFailure, type RequestFailure } from '../../core/http/request-failure';
import { ErrorPanel } from '../error-panel';
import { Icon } from '../icon';
import { BulkRun, type BulkItem } from './bulk-run';
import { BULK_TEXTS } from './bulk.texts';

const TEXTS = BULK_TEXTS.bulkFrame;

/** An action on many items. */
export interface BulkTask {
  /** Label of the button, and title of the dialog. */
  readonly label: string;
  /** Singular and plural of the items. */
  readonly nouns: readonly [string, string];
  /** The effect on the affected items. */
  readonly meaning: string;
  /** Label of a successful result. */
  readonly outcome: string;
  /** The selected ones; null for all that match. */
  readonly ids: readonly string[] | null;
  /** Their number. */
  readonly count: number;
  /** Loads the matching ones if none are selected. */
  readonly gather: () => Promise<string[]>;
  /** Resolves to UNCHANGED if there was nothing to change; such an item is not undone. */
  readonly act: (id: string) => Promise<unknown>;
  /** Undoes the action; without it, undo is not offered. */
  readonly undo?: (id: string) => Promise<unknown>;
  /** The user has to type the number of items first. */
  readonly asksForNumber?: boolean;
  readonly isDangerous?: boolean;
}

const FIRST_NAMED = 8;

/** Content of a dialog that confirms a bulk action, runs it, and shows each result. */
@Component({
  selector: 'mc-bulk-frame',
  imports: [
    CdkFixedSizeVirtualScroll,
    CdkVirtualForOf,
    CdkVirtualScrollViewport,
    DecimalPipe,
    ErrorPanel,
    Icon,
    MatButton,
    MatDialogActions,
    MatDialogClose,
    MatDialogContent,
    MatDialogTitle,
  ],
  providers: [BulkRun],
  templateUrl: './bulk-frame.html',
  styleUrl: './bulk-frame.scss',
})
export class BulkFrame {
  protected readonly texts = TEXTS;

  private readonly dialog = inject<MatDialogRef<unknown>>(MatDialogRef);

  readonly task = input.required<BulkTask>();

  protected readonly run = inject(BulkRun);
  protected readonly tones = { waiting: 'calm', done: 'good', unchanged: 'calm', failed: 'bad' } as const;
  protected readonly icons = {
    waiting: 'clock',
    done: 'check',
    unchanged: 'check',
    failed: 'problem',
  } as const;
  protected readonly words = {
    waiting: TEXTS.waiting,
    done: TEXTS.done,
    unchanged: TEXTS.unchanged,
    failed: TEXTS.failed,
  } as const;
  protected readonly step = signal<'ask' | 'gather' | 'run'>('ask');
  protected readonly typed = signal('');
  protected readonly onlyFailed = signal(false);
  protected readonly isUndone = signal(false);
  /** Why the matching items could not be loaded. */
  protected readonly problem = signal<RequestFailure | null>(null);

  protected readonly named = computed(() => this.task().ids?.slice(0, FIRST_NAMED) ?? []);
  protected readonly isConfirmed = computed(
    () => !this.task().asksForNumber || this.typed().replaceAll(/[\s,.]/g, '') === String(this.task().count),
  );
  protected readonly total = computed(() => this.run.results().length);
  protected readonly finished = computed(() => this.run.done() + this.run.unchanged() + this.run.failed());
  protected readonly shown = computed(() => {
    const results = this.run.results();
    return this.onlyFailed() ? results.filter(({ state }) => state === 'failed') : results;
  });
  protected readonly left = computed(() => this.total() - this.run.done() - this.run.unchanged());
  protected readonly canUndo = computed(
    () => this.task().undo !== undefined && this.run.done() > 0 && !this.isUndone(),
  );

  protected readonly byId = (_index: number, { id }: BulkItem): string => id;

  protected async start(): Promise<void> {
    if (!this.isConfirmed()) return;
    const { ids, gather, act } = this.task();
    this.problem.set(null);
    this.step.set('gather');
    // Cannot be closed by accident during the work.
    this.dialog.disableClose = true;
    try {
      const all = ids ?? (await gather());
      this.step.set('run');
      await this.run.start(all, act);
    } catch (error) {
      this.step.set('ask');
      this.problem.set(toRequestFailure(error));
    } finally {
      this.dialog.disableClose = false;
    }
  }

  protected retry(): void {
    void this.run.retry(this.task().act);
  }

  /** Undoes the action for the changed items. */
  protected undo(): void {
    const { undo } = this.task();
    if (!undo) return;
    this.isUndone.set(true);
    const ids = this.run.results().flatMap(({ id, state }) => (state === 'done' ? [id] : []));
    void this.run.start(ids, undo);
  }
}
