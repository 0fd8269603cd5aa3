import { Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import {
  MAT_DIALOG_DATA,
  MatDialogActions,
  MatDialogClose,
  MatDialogContent,
  MatDialogTitle,
} from '@angular/material/dialog';
import { callResource } from '../../core/http/api-resource';
import { DiffView } from '../../ui/editor/diff-view';
import { LoadStateView } from '../../ui/load-state';
import type { LevelRef } from './level';
import { LevelSource, type HistoryEntry } from './level-source';

/** The state to restore. */
export interface RollBackData {
  readonly level: LevelRef;
  readonly entry: HistoryEntry;
}

/** Shows the differences, and asks for the reason. Closes with the comment. */
@Component({
  selector: 'mc-roll-back-dialog',
  imports: [
    DiffView,
    LoadStateView,
    MatButton,
    MatDialogActions,
    MatDialogClose,
    MatDialogContent,
    MatDialogTitle,
  ],
  template: `
    <h2 mat-dialog-title>Roll back to {{ word }} {{ data.entry.number }}</h2>
    <mat-dialog-content>
      <p>{{ meaning }}</p>
      @if (isOrchestrator) {
        <mc-load-state [of]="changes" shape="block" [count]="1" />
      }
      @if (sides(); as both) {
        <mc-diff-view
          [before]="both.before"
          [after]="both.after"
          beforeLabel="Now"
          afterLabel="After"
          [isAlwaysInline]="true"
        />
      }
      <div class="mc-field">
        <label for="roll-back-comment">Comment for the history</label>
        <input
          #words
          id="roll-back-comment"
          class="mc-input"
          type="text"
          maxlength="500"
          autocomplete="off"
          [placeholder]="'Back to ' + word + ' ' + data.entry.number"
          [value]="comment()"
          (input)="comment.set(words.value)"
        />
      </div>
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      <button matButton type="button" mat-dialog-close>Cancel</button>
      <button matButton="filled" type="button" [mat-dialog-close]="comment().trim()">Roll back</button>
    </mat-dialog-actions>
  `,
  styles: `
    p {
      color: var(--mc-muted);
    }
    mat-dialog-content {
      display: grid;
      gap: 14px;
    }
  `,
})
export class RollBackDialog {
  private readonly source = inject(LevelSource);

  protected readonly data = inject<RollBackData>(MAT_DIALOG_DATA);
  protected readonly isOrchestrator = this.data.level.kind === 'orchestrator';
  protected readonly word = this.isOrchestrator ? 'version' : 'revision';
  protected readonly meaning = this.isOrchestrator
    ? 'This creates a new version with the values that the orchestrator itself had then. Values from its organization and the fleet stay as they are now.'
    : 'This creates a new revision with the old content. Affected orchestrators receive it immediately if they are connected.';
  protected readonly comment = signal('');
  protected readonly changes = callResource(
    () => this.data,
    async ({ level, entry }) => {
      const newest = (await this.source.history(level, 1)).items[0]?.number ?? entry.number;
      return this.source.againstNow(level, entry, newest);
    },
  );
  protected readonly sides = computed(() => {
    const found = this.changes.value();
    return found ? { before: found.after, after: found.before } : null;
  });
}
