import { Component, computed, input, output } from '@angular/core';
import { Icon } from './icon';

/** The order of a column of a table, as assistive technology calls it. */
export type Order = 'ascending' | 'descending' | 'none';

/** How a list that is sorted so orders a field. */
export function orderOf(field: string, sort: string): Order {
  if (sort === field) return 'ascending';
  return sort === `-${field}` ? 'descending' : 'none';
}

/** The head of a column that sorts: a press sorts by it, another one turns the order round. */
@Component({
  selector: 'mc-sort-head',
  imports: [Icon],
  template: `
    <button type="button" (click)="sorts.emit(next())">
      {{ label() }}
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
})
export class SortHead {
  readonly label = input.required<string>();
  readonly field = input.required<string>();
  /** How the list is sorted. */
  readonly sort = input.required<string>();
  readonly isNewestFirst = input(false);
  readonly sorts = output<string>();

  protected readonly order = computed(() => orderOf(this.field(), this.sort()));
  protected readonly next = computed(() => {
    const order = this.order();
    if (order === 'none') return this.isNewestFirst() ? `-${this.field()}` : this.field();
    return order === 'ascending' ? `-${this.field()}` : this.field();
  });
}
