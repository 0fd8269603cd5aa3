import { Component, computed, input } from '@angular/core';
import type { ApiResource } from '../core/http/api-resource';
import { sentenceFor } from '../core/http/error-sentences';
import { ErrorPanel } from './error-panel';
import { FailureNote } from './failure-note';
import { Icon } from './icon';
import { Skeleton, type SkeletonShape } from './skeleton';
import { UI_TEXTS } from './ui.texts';

/** The states around loaded content: placeholders during loading, the failure, and a note above an outdated answer. */
@Component({
  selector: 'mc-load-state',
  imports: [ErrorPanel, FailureNote, Icon, Skeleton],
  template: `
    @let state = of().state();
    @if (state.name === 'loading') {
      <mc-skeleton [shape]="shape()" [count]="count()" />
    } @else if (state.name === 'error') {
      <mc-error-panel [failure]="state.failure" (retry)="of().reload()" />
    } @else if (stale(); as problem) {
      <div class="stale" role="status">
        <mc-icon name="warning" />
        <div>
          <strong>{{ problem.title }}.</strong> {{ texts.showingLastDataLoaded }}
          <mc-failure-note [failure]="problem.failure" />
        </div>
        <button class="mc-link-button" type="button" (click)="of().reload()">{{ texts.retry }}</button>
      </div>
    }
  `,
  styles: `
    .stale {
      display: flex;
      align-items: flex-start;
      gap: 10px;
      margin-bottom: 16px;
      padding: 10px 14px;
      border-radius: var(--mc-radius-sm);
      color: var(--mc-warning-ink);
      background: var(--mc-warning-wash);
      font-size: var(--mc-text-sm);
    }
    .stale div {
      flex: 1;
    }
    .stale button {
      color: inherit;
    }
  `,
})
export class LoadStateView {
  protected readonly texts = UI_TEXTS.loadState;

  readonly of = input.required<ApiResource<unknown>>();
  readonly shape = input<SkeletonShape>('rows');
  readonly count = input(6);

  protected readonly stale = computed(() => {
    const failure = this.of().failure();
    // Without a network the ribbon reports that for the whole page.
    if (!failure || failure.name === 'NetworkError') return null;
    return { failure, title: sentenceFor(failure).title };
  });
}
