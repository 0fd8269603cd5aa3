import { Component, computed, input, output } from '@angular/core';
import { Icon } from './icon';
import { UI_TEXTS } from './ui.texts';

/** The position in a long list, with links to other pages. */
@Component({
  selector: 'mc-pager',
  imports: [Icon],
  template: `
    <nav [attr.aria-label]="label()">
      <span class="mc-figures" role="status">
        @if (total() > 0) {
          {{ texts.of(first(), last(), total()) }}
        }
      </span>
      <button
        type="button"
        [aria-label]="texts.previousPage"
        [disabled]="page() <= 1"
        (click)="go.emit(page() - 1)"
      >
        <mc-icon name="left" />
      </button>
      <button
        type="button"
        [aria-label]="texts.nextPage"
        [disabled]="last() >= total()"
        (click)="go.emit(page() + 1)"
      >
        <mc-icon name="right" />
      </button>
    </nav>
  `,
  styles: `
    nav {
      display: flex;
      align-items: center;
      justify-content: flex-end;
      gap: 4px;
      color: var(--mc-muted);
      font-size: var(--mc-text-sm);
    }
    span {
      margin-right: 8px;
    }
    button {
      display: grid;
      place-items: center;
      width: 30px;
      height: 30px;
      padding: 0;
      border: 1px solid var(--mc-line);
      border-radius: 6px;
      color: var(--mc-ink);
      background: var(--mc-panel);
      cursor: pointer;
    }
    button:hover:enabled {
      border-color: var(--mc-link);
    }
    button:disabled {
      color: var(--mc-line-strong);
      cursor: default;
    }
  `,
})
export class Pager {
  protected readonly texts = UI_TEXTS.pager;

  readonly page = input.required<number>();
  readonly pageSize = input.required<number>();
  readonly total = input.required<number>();
  readonly label = input<string>(UI_TEXTS.pager.pages);
  readonly go = output<number>();

  protected readonly first = computed(() => Math.min(this.total(), (this.page() - 1) * this.pageSize() + 1));
  protected readonly last = computed(() => Math.min(this.total(), this.page() * this.pageSize()));
}
