import { Component, input, output } from '@angular/core';

/** Filters a list by an exact value, such as an id. */
@Component({
  selector: 'mc-text-filter',
  template: `
    <input
      #words
      class="mc-input"
      type="text"
      autocomplete="off"
      autocapitalize="off"
      spellcheck="false"
      maxlength="120"
      [class.chosen]="value() !== ''"
      [attr.aria-label]="label()"
      [placeholder]="label()"
      [value]="value()"
      (change)="picks.emit(words.value.trim() || null)"
    />
  `,
  styles: `
    :host {
      display: block;
      width: 150px;
    }
    .chosen {
      border-color: var(--mc-accent);
      color: var(--mc-accent-ink);
      background-color: var(--mc-accent-wash);
    }
    @media (max-width: 799.98px) {
      :host {
        flex: 1 1 130px;
        width: auto;
      }
    }
  `,
})
export class TextFilter {
  readonly label = input.required<string>();
  readonly value = input('');
  /** Null when cleared. */
  readonly picks = output<string | null>();
}
