import { Component, input } from '@angular/core';
import type { Tone } from './axes';
import { Icon } from './icon';
import type { IconName } from './icon-paths';

/** Icon and tone of a state. */
export interface Look {
  readonly icon: IconName;
  readonly label: string;
  readonly tone: Tone;
}

/** A state with icon, text and colour. */
@Component({
  selector: 'mc-look-badge',
  imports: [Icon],
  template: `<mc-icon [name]="look().icon" />{{ look().label }}`,
  styles: `
    :host {
      display: inline-flex;
      align-items: center;
      gap: 5px;
      padding: 1px 8px 1px 6px;
      border-radius: 6px;
      font-size: var(--mc-text-sm);
      font-weight: 550;
      line-height: 20px;
      white-space: nowrap;
      color: var(--mc-status-ink);
      background: var(--mc-status-wash);
    }
    mc-icon {
      width: 13px;
      height: 13px;
    }
  `,
  host: { '[attr.data-tone]': 'look().tone' },
})
export class LookBadge {
  readonly look = input.required<Look>();
}
