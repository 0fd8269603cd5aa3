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

/** What is to be confirmed. */
export interface Confirmation {
  readonly heading: string;
  /** What it will do. */
  readonly text: string;
  readonly action: string;
  /** To be typed, where a click is too little. */
  readonly typed?: string;
  readonly isDangerous?: boolean;
}

/** Asks whether something is meant. Closes with true when it is. */
@Component({
  selector: 'mc-confirm-dialog',
  imports: [MatButton, MatDialogActions, MatDialogClose, MatDialogContent, MatDialogTitle],
  template: `
    <h2 mat-dialog-title>{{ data.heading }}</h2>
    <mat-dialog-content>
      <p>{{ data.text }}</p>
      @if (data.typed; as wanted) {
        <div class="mc-field">
          <label for="confirm-word">Type {{ wanted }} to confirm</label>
          <input
            #word
            id="confirm-word"
            class="mc-input"
            type="text"
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            [value]="typed()"
            (input)="typed.set(word.value)"
            (keydown.enter)="confirm()"
          />
        </div>
      }
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      <button matButton type="button" mat-dialog-close>Cancel</button>
      <button
        matButton="filled"
        type="button"
        [class.danger]="data.isDangerous"
        [disabled]="!isConfirmed()"
        (click)="confirm()"
      >
        {{ data.action }}
      </button>
    </mat-dialog-actions>
  `,
  styles: `
    p {
      margin-bottom: 14px;
      color: var(--mc-muted);
      overflow-wrap: anywhere;
    }
  `,
})
export class ConfirmDialog {
  private readonly dialog = inject<MatDialogRef<ConfirmDialog, boolean>>(MatDialogRef);

  protected readonly data = inject<Confirmation>(MAT_DIALOG_DATA);
  protected readonly typed = signal('');
  protected readonly isConfirmed = computed(() => {
    const { typed } = this.data;
    return typed === undefined || this.typed().trim() === typed;
  });

  protected confirm(): void {
    if (this.isConfirmed()) this.dialog.close(true);
  }
}
