import { Component, input } from '@angular/core';
import type { Axis } from './axes';
import { Icon } from './icon';

/** One axis as icon and text; the colour conveys nothing more. */
@Component({
  selector: 'mc-axis-badge',
  imports: [Icon],
  template: `<mc-icon [name]="axis().icon" />{{ axis().label }}`,
  styles: `
    :host {
      display: inline-flex;
      align-items: center;
      gap: 6px;
      font-size: var(--mc-text-sm);
      color: var(--mc-status-ink);
      white-space: nowrap;
    }
    mc-icon {
      width: 15px;
      height: 15px;
    }
  `,
  host: { '[attr.data-tone]': 'axis().tone', '[attr.title]': 'axis().hint' },
})
export class AxisBadge {
  readonly axis = input.required<Axis>();
}
