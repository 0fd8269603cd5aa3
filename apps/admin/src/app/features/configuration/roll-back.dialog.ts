import { Component, computed, inject, signal } from '@angular/core';
import { form, FormField, maxLength } from '@angular/forms/signals';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';
import { callResource } from '../../core/http/api-resource';
import { DiffView } from '../../ui/editor/diff-view';
import { FormDialog } from '../../ui/form-dialog';
import { LoadStateView } from '../../ui/load-state';
import { CONFIGURATION_TEXTS } from './configuration.texts';
import type { LevelRef } from './level';
import { LevelSource, type HistoryEntry } from './level-source';

const TEXTS = CONFIGURATION_TEXTS.rollBackDialog;

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
      [heading]="texts.heading(state)"
      [label]="texts.rollBack"
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
          [beforeLabel]="texts.current"
          [afterLabel]="texts.afterRollBack"
          [isAlwaysInline]="true"
        />
      }
      <div class="mc-field">
        <label for="roll-back-comment">{{ texts.comment }}</label>
        <input
          id="roll-back-comment"
          class="mc-input"
          type="text"
          autocomplete="off"
          [placeholder]="texts.usualComment(state)"
          [formField]="form.comment"
        />
      </div>
    </mc-form-dialog>
  `,
})
export class RollBackDialog {
  protected readonly texts = TEXTS;

  private readonly source = inject(LevelSource);

  protected readonly data = inject<RollBackData>(MAT_DIALOG_DATA);
  protected readonly isOrchestrator = this.data.level.kind === 'orchestrator';
  /** The version or revision to restore, in words. */
  protected readonly state = this.isOrchestrator
    ? TEXTS.version(this.data.entry.number)
    : TEXTS.revision(this.data.entry.number);
  protected readonly meaning = this.isOrchestrator
    ? TEXTS.versionMeaning(this.state)
    : TEXTS.revisionMeaning(this.state);
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
