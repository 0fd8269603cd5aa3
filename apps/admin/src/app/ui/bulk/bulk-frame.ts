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

/** What is done to many things at once. */
export interface BulkTask {
  /** On the button that begins it, and at the head of the dialog. */
  readonly label: string;
  /** What the things are called: one of them, and many. */
  readonly nouns: readonly [string, string];
  /** What it means for those that are concerned. */
  readonly meaning: string;
  /** Said of those to which it was done. */
  readonly outcome: string;
  /** The chosen ones; null for everything that matches. */
  readonly ids: readonly string[] | null;
  /** How many they are. */
  readonly count: number;
  /** Finds the ones that match, when nobody has chosen any. */
  readonly gather: () => Promise<string[]>;
  /** Resolves to UNCHANGED when there was nothing to change; such a thing is not undone. */
  readonly act: (id: string) => Promise<unknown>;
  /** Takes it back; without it, it stays done. */
  readonly undo?: (id: string) => Promise<unknown>;
  /** One has to type how many they are before anything happens. */
  readonly asksForNumber?: boolean;
  readonly isDangerous?: boolean;
}

const FIRST_NAMED = 8;

/** The inside of a dialog that asks whether something is meant for many, does it, and shows what became of each. */
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
    waiting: 'Waiting',
    done: 'Done',
    unchanged: 'Unchanged',
    failed: 'Failed',
  } as const;
  protected readonly step = signal<'ask' | 'gather' | 'run'>('ask');
  protected readonly typed = signal('');
  protected readonly onlyFailed = signal(false);
  protected readonly isUndone = signal(false);
  /** Why not even the ones that match could be read. */
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
    // Nothing may close it by mistake while it works.
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

  /** Takes it back for those to which it was done. */
  protected undo(): void {
    const { undo } = this.task();
    if (!undo) return;
    this.isUndone.set(true);
    const ids = this.run.results().flatMap(({ id, state }) => (state === 'done' ? [id] : []));
    void this.run.start(ids, undo);
  }
}
