import { Clipboard } from '@angular/cdk/clipboard';
import { Component, inject, input, linkedSignal } from '@angular/core';
import { Icon } from './icon';
import { UI_TEXTS } from './ui.texts';

/** Copies a text, and confirms that. */
@Component({
  selector: 'mc-copy-button',
  imports: [Icon],
  template: `
    <button type="button" [attr.aria-label]="label()" [title]="label()" (click)="copy()">
      <mc-icon [name]="isCopied() ? 'check' : 'copy'" />
    </button>
    <span class="mc-visually-hidden" role="status">{{ isCopied() ? texts.copied : '' }}</span>
  `,
  styles: `
    :host {
      display: inline-flex;
    }
    button {
      display: inline-grid;
      place-items: center;
      width: 28px;
      height: 28px;
      padding: 0;
      border: 0;
      border-radius: 6px;
      color: var(--mc-muted);
      background: none;
      cursor: pointer;
    }
    button:hover {
      color: var(--mc-ink);
      background: var(--mc-hover);
    }
    mc-icon {
      width: 15px;
      height: 15px;
    }
  `,
})
export class CopyButton {
  protected readonly texts = UI_TEXTS.copyButton;

  private readonly clipboard = inject(Clipboard);

  readonly text = input.required<string>();
  readonly label = input<string>(UI_TEXTS.copyButton.copy);

  /** A new text was not copied yet. */
  protected readonly isCopied = linkedSignal({ source: this.text, computation: () => false });

  protected copy(): void {
    this.isCopied.set(this.clipboard.copy(this.text()));
  }
}
