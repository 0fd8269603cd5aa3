import { Component, DestroyRef, effect, inject, input, output, signal, untracked } from '@angular/core';
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
        [value]="text()"
        (input)="typed(words.value)"
        (keydown.enter)="search(words.value)"
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
  /** The last searched words, until `value` contains them. */
  private searchedWords: string | undefined;

  /** The words that the page searches for, usually from its URL. They follow a search with a delay. */
  readonly value = input('');
  readonly label = input.required<string>();
  readonly placeholder = input<string>(UI_TEXTS.searchBox.search);
  readonly wordsChange = output<string>();

  /** The text in the field, which may be newer than `value`. */
  protected readonly text = signal('');

  constructor() {
    inject(DestroyRef).onDestroy(() => clearTimeout(this.timer));
    effect(() => {
      const value = this.value();
      untracked(() => this.follow(value));
    });
  }

  protected typed(text: string): void {
    this.text.set(text);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.search(text), PAUSE_MS);
  }

  protected search(text: string): void {
    clearTimeout(this.timer);
    this.searchedWords = text.trim();
    this.wordsChange.emit(this.searchedWords);
  }

  /** Shows a value that came from elsewhere. The field's own search must not replace text typed after it. */
  private follow(value: string): void {
    const isOwn = value === this.searchedWords;
    this.searchedWords = undefined;
    if (isOwn) return;
    clearTimeout(this.timer);
    this.text.set(value);
  }
}
