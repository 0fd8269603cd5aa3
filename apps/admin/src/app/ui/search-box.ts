import { Component, DestroyRef, inject, input, output } from '@angular/core';
import { Icon } from './icon';
import { UI_TEXTS } from './ui.texts';

/** Waits for the user to finish a word. */
const PAUSE_MS = 200;

/** A search field; `/` focuses it. */
@Component({
  selector: 'mc-search-box',
  imports: [Icon],
  template: `
    <div role="search">
      <mc-icon name="search" />
      <input
        #words
        class="mc-input"
        type="search"
        data-page-search
        maxlength="100"
        [attr.aria-label]="label()"
        [placeholder]="placeholder()"
        [value]="value()"
        (input)="typed(words.value)"
        (keydown.enter)="searched(words.value)"
      />
      <kbd class="mc-kbd" aria-hidden="true">/</kbd>
    </div>
  `,
  styles: `
    :host {
      display: block;
      flex: 1 1 220px;
      max-width: 360px;
    }
    div {
      position: relative;
    }
    mc-icon {
      position: absolute;
      top: 9px;
      left: 10px;
      width: 16px;
      height: 16px;
      color: var(--mc-muted);
      pointer-events: none;
    }
    input {
      padding-left: 34px;
    }
    kbd {
      position: absolute;
      top: 7px;
      right: 8px;
      pointer-events: none;
    }
    input:focus + kbd,
    input:not(:placeholder-shown) + kbd {
      display: none;
    }
  `,
})
export class SearchBox {
  private timer: ReturnType<typeof setTimeout> | undefined;

  readonly value = input('');
  readonly label = input.required<string>();
  readonly placeholder = input<string>(UI_TEXTS.searchBox.search);
  readonly wordsChange = output<string>();

  constructor() {
    inject(DestroyRef).onDestroy(() => clearTimeout(this.timer));
  }

  protected typed(words: string): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.wordsChange.emit(words.trim()), PAUSE_MS);
  }

  protected searched(words: string): void {
    clearTimeout(this.timer);
    this.wordsChange.emit(words.trim());
  }
}
