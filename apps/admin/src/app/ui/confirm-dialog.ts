import { Component, inject, signal } from '@angular/core';
import { form, FormField, validate } from '@angular/forms/signals';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';
import { FormDialog } from './form-dialog';
import { UI_TEXTS } from './ui.texts';

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
  imports: [FormDialog, FormField],
  template: `
    <mc-form-dialog
      [of]="form"
      [heading]="asked.title"
      [label]="asked.label"
      [action]="act"
      [isDangerous]="asked.isDangerous"
      [isGuarded]="false"
      needsValid
    >
      <p class="mc-muted">{{ asked.meaning }}</p>
      @if (asked.typed; as wanted) {
        <div class="mc-field">
          <label for="confirm-text">{{ texts.typeToConfirm(wanted) }}</label>
          <input
            id="confirm-text"
            class="mc-input"
            type="text"
            autocomplete="off"
            spellcheck="false"
            [formField]="form.typed"
          />
        </div>
      }
    </mc-form-dialog>
  `,
})
export class ConfirmDialog {
  protected readonly texts = UI_TEXTS.confirmDialog;
  protected readonly asked = inject<Confirmation>(MAT_DIALOG_DATA);
  protected readonly form = form(signal({ typed: '' }), (path) => {
    const { typed } = this.asked;
    validate(path.typed, ({ value }) =>
      typed === undefined || value().trim() === typed ? undefined : { kind: 'different' },
    );
  });

  protected readonly act = async (): Promise<true> => {
    await this.asked.act?.();
    return true;
  };
}
