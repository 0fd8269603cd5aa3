import { Component, input } from '@angular/core';

/** The header of a page: title, count and actions. */
@Component({
  selector: 'mc-page-header',
  template: `
    <div class="words">
      <h1>
        {{ heading() }}<span class="count mc-figures">{{ count() }}</span>
      </h1>
      @if (description(); as text) {
        <p>{{ text }}</p>
      }
    </div>
    <div class="actions"><ng-content /></div>
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      align-items: flex-start;
      justify-content: space-between;
      gap: 12px 24px;
      margin-bottom: 20px;
    }
    .words {
      min-width: 0;
    }
    .count:not(:empty) {
      margin-left: 10px;
      font-size: 1rem;
      font-weight: 450;
      letter-spacing: 0;
      color: var(--mc-muted);
    }
    p {
      max-width: 72ch;
      margin-top: 3px;
      color: var(--mc-muted);
    }
    .actions {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 8px;
    }
    .actions:empty {
      display: none;
    }
  `,
})
export class PageHeader {
  readonly heading = input.required<string>();
  readonly count = input<string | null>(null);
  readonly description = input<string>();
}
