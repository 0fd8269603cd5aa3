import { Component, input } from '@angular/core';
import { Icon } from './icon';
import type { IconName } from './icon-paths';

/** Replaces an empty list: says why it is empty, and what to do next. */
@Component({
  selector: 'mc-empty-state',
  imports: [Icon],
  template: `
    <span class="disc"><mc-icon [name]="icon()" /></span>
    <h2>{{ heading() }}</h2>
    <p><ng-content /></p>
    <div class="actions"><ng-content select="[actions]" /></div>
  `,
  styles: `
    :host {
      display: flex;
      flex-direction: column;
      align-items: center;
      padding: 48px 24px;
      border: 1px dashed var(--mc-line);
      border-radius: var(--mc-radius);
      text-align: center;
    }
    .disc {
      display: grid;
      place-items: center;
      width: 44px;
      height: 44px;
      margin-bottom: 14px;
      border-radius: 50%;
      color: var(--mc-accent);
      background: var(--mc-accent-wash);
    }
    .disc mc-icon {
      width: 22px;
      height: 22px;
    }
    p {
      max-width: 52ch;
      margin-top: 4px;
      color: var(--mc-muted);
    }
    .actions {
      display: flex;
      flex-wrap: wrap;
      justify-content: center;
      gap: 8px;
      max-width: 100%;
      margin-top: 16px;
    }
    .actions:empty {
      display: none;
    }
  `,
})
export class EmptyState {
  readonly heading = input.required<string>();
  readonly icon = input<IconName>('info');
}
