import { Component, input } from '@angular/core';
import { CopyButton } from './copy-button';
import { UI_TEXTS } from './ui.texts';

/** A text to copy, in a monospace font. */
@Component({
  selector: 'mc-code-block',
  imports: [CopyButton],
  template: `
    <pre tabindex="0" role="region" [attr.aria-label]="label()"><code>{{ text() }}</code></pre>
    <mc-copy-button [text]="text()" [label]="copyLabel()" />
  `,
  styles: `
    :host {
      position: relative;
      display: block;
      min-width: 0;
    }
    pre {
      margin: 0;
      max-height: 420px;
      padding: 14px 48px 14px 16px;
      overflow: auto;
      border: 1px solid var(--mc-line);
      border-radius: 8px;
      background: var(--mc-sunken);
      font-size: 0.8125rem;
      line-height: 1.6;
      tab-size: 2;
    }
    code {
      font-size: inherit;
    }
    mc-copy-button {
      position: absolute;
      top: 8px;
      right: 8px;
      border-radius: 6px;
      background: var(--mc-sunken);
    }
  `,
})
export class CodeBlock {
  readonly text = input.required<string>();
  /** Accessible name. */
  readonly label = input.required<string>();
  readonly copyLabel = input<string>(UI_TEXTS.codeBlock.copy);
}
