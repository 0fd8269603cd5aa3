import { Component, computed, input, type Signal } from '@angular/core';
import { Icon } from './icon';

/** A list with a changeable order. */
export interface Sortable {
  readonly sort: Signal<string>;
  sortBy(sort: string): void;
}

/** The head of a sortable column: a click sorts by it, another one reverses the order. */
@Component({
  selector: 'th[mc-sort-head]',
  imports: [Icon],
  template: `
    <button type="button" (click)="of().sortBy(next())">
      <ng-content />
      @if (order() !== 'none') {
        <mc-icon [name]="order() === 'ascending' ? 'sortUp' : 'sortDown'" />
      }
    </button>
  `,
  styles: `
    button {
      display: inline-flex;
      align-items: center;
      gap: 4px;
      padding: 0;
      border: 0;
      font: inherit;
      color: inherit;
      background: none;
      cursor: pointer;
    }
    button:hover {
      color: var(--mc-ink);
    }
    mc-icon {
      width: 12px;
      height: 12px;
    }
  `,
  host: { role: 'columnheader', scope: 'col', '[attr.aria-sort]': 'order()' },
})
export class SortHead {
  readonly of = input.required<Sortable>();
  readonly field = input.required<string>();
  readonly isNewestFirst = input(false);

  /** The value for assistive technology. */
  protected readonly order = computed(() => {
    const sort = this.of().sort();
    if (sort === this.field()) return 'ascending';
    return sort === `-${this.field()}` ? 'descending' : 'none';
  });
  protected readonly next = computed(() => {
    const isReversed = this.order() === 'none' ? this.isNewestFirst() : this.order() === 'ascending';
    return isReversed ? `-${this.field()}` : this.field();
  });
}
