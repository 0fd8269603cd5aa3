import { Component, input } from '@angular/core';
import { CopyButton } from './copy-button';
import { Icon } from './icon';
import { UI_TEXTS } from './ui.texts';

/** A secret that is shown only once; a lost one must be replaced. */
@Component({
  selector: 'mc-secret-once',
  imports: [CopyButton, Icon],
  template: `
    <p class="warning"><mc-icon name="warning" />{{ warning() }}</p>
    <div class="secret">
      <code tabindex="0" role="region" [attr.aria-label]="label()">{{ secret() }}</code>
      <mc-copy-button [text]="secret()" [label]="texts.copy(label())" />
    </div>
  `,
  styles: `
    :host {
      display: grid;
      gap: 10px;
    }
    .warning {
      display: flex;
      align-items: center;
      gap: 8px;
      color: var(--mc-warning-ink);
    }
    .warning mc-icon {
      flex: none;
    }
    .secret {
      display: flex;
      align-items: center;
      gap: 8px;
      padding: 8px 8px 8px 12px;
      border: 1px solid var(--mc-line);
      border-radius: 8px;
      background: var(--mc-sunken);
    }
    code {
      flex: 1;
      min-width: 0;
      overflow-wrap: anywhere;
    }
  `,
})
export class SecretOnce {
  protected readonly texts = UI_TEXTS.secretOnce;

  readonly secret = input.required<string>();
  /** Accessible name. */
  readonly label = input.required<string>();
  readonly warning = input<string>(UI_TEXTS.secretOnce.warning);
}
