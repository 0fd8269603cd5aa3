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
import { sentenceFor } from '../core/http/error-sentences';
import { toRequestFailure, type RequestFailure } from '../core/http/request-failure';
import { FailureNote } from './failure-note';

/** A question before an action. */
export interface Confirmation {
  readonly title: string;
  /** The effect on the affected items. */
  readonly meaning: string;
  /** Label of the button. */
  readonly label: string;
  /** Text that has to be typed first; not needed if the action can be undone easily. */
  readonly typed?: string;
  readonly isDangerous?: boolean;
  /** Runs the action while the dialog stays open; omitted if the caller runs it. */
  act?(): Promise<unknown>;
}

/** Confirms and runs an action; stays open with the reason if it is refused. */
@Component({
  selector: 'mc-confirm-dialog',
  imports: [FailureNote, MatButton, MatDialogActions, MatDialogClose, MatDialogContent, MatDialogTitle],
  template: `
    <h2 mat-dialog-title>{{ asked.title }}</h2>
    <mat-dialog-content>
      <div class="ask">
        <p class="mc-muted">{{ asked.meaning }}</p>
        @if (asked.typed; as wanted) {
          <div class="mc-field">
            <label for="confirm-text">Type {{ wanted }} to confirm</label>
            <input
              #box
              id="confirm-text"
              class="mc-input"
              type="text"
              autocomplete="off"
              spellcheck="false"
              [value]="typed()"
              (input)="typed.set(box.value)"
              (keydown.enter)="act()"
            />
          </div>
        }
        <div role="alert">
          @if (failure(); as refused) {
            <strong>{{ titleOf(refused) }}.</strong> <mc-failure-note [failure]="refused" />
          }
        </div>
      </div>
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      <button matButton type="button" mat-dialog-close>Cancel</button>
      <button
        matButton="filled"
        type="button"
        [class.danger]="asked.isDangerous"
        [disabled]="!isConfirmed() || isActing()"
        (click)="act()"
      >
        {{ failure() ? 'Try again' : asked.label }}
      </button>
    </mat-dialog-actions>
  `,
  styles: `
    .ask {
      display: grid;
      gap: 14px;
    }
    [role='alert'] {
      color: var(--mc-error-ink);
    }
    .danger:enabled {
      color: var(--mc-page);
      background: var(--mc-error-ink);
    }
  `,
})
export class ConfirmDialog {
  private readonly dialog = inject<MatDialogRef<ConfirmDialog, boolean>>(MatDialogRef);

  protected readonly asked = inject<Confirmation>(MAT_DIALOG_DATA);
  protected readonly typed = signal('');
  protected readonly isActing = signal(false);
  protected readonly failure = signal<RequestFailure | null>(null);
  protected readonly isConfirmed = computed(
    () => this.asked.typed === undefined || this.typed().trim() === this.asked.typed,
  );

  protected titleOf(failure: RequestFailure): string {
    return sentenceFor(failure).title;
  }

  protected async act(): Promise<void> {
    if (!this.isConfirmed() || this.isActing()) return;
    this.failure.set(null);
    this.isActing.set(true);
    try {
      await this.asked.act?.();
      this.dialog.close(true);
    } catch (error) {
      this.failure.set(toRequestFailure(error));
    } finally {
      this.isActing.set(false);
    }
  }
}
