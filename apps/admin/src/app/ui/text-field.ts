import { Component, computed, inject, input } from '@angular/core';
import { FormField, type FieldTree } from '@angular/forms/signals';
import { FormDialog } from './form-dialog';

let count = 0;

/** A text input of a form dialog, with a label above and an error or a hint below. */
@Component({
  selector: 'mc-text-field',
  imports: [FormField],
  template: `
    <label [attr.for]="id">{{ label() }}</label>
    @if (rows(); as count) {
      <textarea
        class="mc-input"
        autocomplete="off"
        spellcheck="false"
        [rows]="count"
        [id]="id"
        [attr.aria-invalid]="isWrong() ? true : null"
        [attr.aria-describedby]="problem() || hint() ? id + '-note' : null"
        [formField]="of()"
      ></textarea>
    } @else {
      <input
        class="mc-input"
        spellcheck="false"
        [type]="type()"
        [attr.autocomplete]="autocomplete()"
        [attr.inputmode]="inputMode()"
        [attr.placeholder]="placeholder()"
        [id]="id"
        [attr.aria-invalid]="isWrong() ? true : null"
        [attr.aria-describedby]="problem() || hint() ? id + '-note' : null"
        [formField]="of()"
      />
    }
    @if (problem(); as text) {
      <span class="problem" [id]="id + '-note'">{{ text }}</span>
    } @else if (hint()) {
      <span class="hint" [id]="id + '-note'">{{ hint() }}</span>
    }
    <ng-content />
  `,
  styles: `
    textarea {
      font-family: var(--mc-mono);
      font-size: var(--mc-text-sm);
    }
  `,
  host: { class: 'mc-field' },
})
export class TextField {
  private readonly dialog = inject(FormDialog);

  readonly of = input.required<FieldTree<string>>();
  readonly label = input.required<string>();
  readonly hint = input('');
  readonly type = input<'text' | 'email' | 'url' | 'password'>('text');
  readonly autocomplete = input('off');
  readonly inputMode = input<'numeric'>();
  readonly placeholder = input<string>();
  /** Number of rows; makes the input a textarea. */
  readonly rows = input<number>();

  protected readonly id = `text-field-${(count += 1)}`;
  protected readonly problem = computed(() =>
    this.dialog.isTried() ? this.of()().errors()[0]?.message : undefined,
  );
  protected readonly isWrong = computed(() => {
    const field = this.of()();
    // With `needsValid`, an invalid form is never submitted, so a changed field shows its error once it loses focus.
    return field.invalid() && (this.dialog.isTried() || (field.dirty() && field.touched()));
  });
}
