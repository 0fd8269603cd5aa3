import { Component, computed, input, output } from '@angular/core';

/** What can be chosen: a value, or a value and how it is called. */
export type ChoiceOption = string | { readonly value: string; readonly label: string };

/** Filters a list by one of a few values; shows its name while nothing is chosen. */
@Component({
  selector: 'mc-choice',
  template: `
    <select
      #picked
      class="mc-input"
      [class.chosen]="value() !== ''"
      [attr.aria-label]="label()"
      [value]="value()"
      (change)="picks.emit(picked.value === '' ? null : picked.value)"
    >
      <option value="" [selected]="value() === ''">{{ label() }}</option>
      @for (option of shown(); track option.value) {
        <option [value]="option.value" [selected]="option.value === value()">{{ option.label }}</option>
      }
    </select>
  `,
  styles: `
    :host {
      display: block;
    }
    select {
      max-width: 210px;
      text-overflow: ellipsis;
    }
    .chosen {
      border-color: var(--mc-accent);
      color: var(--mc-accent-ink);
      background-color: var(--mc-accent-wash);
    }
    @media (max-width: 799.98px) {
      :host {
        flex: 1 1 130px;
      }
      select {
        max-width: none;
      }
    }
  `,
})
export class Choice {
  readonly label = input.required<string>();
  readonly options = input.required<readonly ChoiceOption[]>();
  readonly value = input('');
  /** Null to clear the choice. */
  readonly picks = output<string | null>();

  /** The chosen value stays visible even if it is not an option. */
  protected readonly shown = computed(() => {
    const options = this.options().map((one) => (typeof one === 'string' ? { value: one, label: one } : one));
    const value = this.value();
    const isKnown = value === '' || options.some((one) => one.value === value);
    return isKnown ? options : [{ value, label: value }, ...options];
  });
}
