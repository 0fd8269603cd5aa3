import { Component, computed, inject, signal } from '@angular/core';
import { form, FormField, maxLength } from '@angular/forms/signals';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';
import { callResource } from '../../core/http/api-resource';
import { DiffView } from '../../ui/editor/diff-view';
import { FormDialog } from '../../ui/form-dialog';
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
  imports: [DiffView, FormDialog, FormField, LoadStateView],
  template: `
    <mc-form-dialog
      [of]="form"
      [heading]="'Roll back to ' + word + ' ' + data.entry.number"
      label="Roll back"
      [action]="answer"
      [isGuarded]="false"
    >
      <p class="mc-muted">{{ meaning }}</p>
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
          id="roll-back-comment"
          class="mc-input"
          type="text"
          autocomplete="off"
          [placeholder]="'Back to ' + word + ' ' + data.entry.number"
          [formField]="form.comment"
        />
      </div>
    </mc-form-dialog>
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
  private readonly values = signal({ comment: '' });
  protected readonly form = form(this.values, (path) => maxLength(path.comment, 500));
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

  protected readonly answer = (): Promise<string> => Promise.resolve(this.values().comment.trim());
}
