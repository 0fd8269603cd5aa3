import { Component, computed, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { sentenceFor } from '../core/http/error-sentences';
import type { RequestFailure } from '../core/http/request-failure';
import { FailureNote } from './failure-note';

/** Stands where a page would be that could not be read: what happened, what to do, try again. */
@Component({
  selector: 'mc-error-panel',
  imports: [FailureNote, MatButton],
  template: `
    <section class="mc-panel panel" role="alert">
      <h2>{{ sentence().title }}</h2>
      <mc-failure-note [failure]="failure()" />
      <p>{{ sentence().advice }}</p>
      <button matButton="filled" type="button" (click)="retry.emit()">Retry</button>
    </section>
  `,
  styles: `
    .panel {
      max-width: 640px;
      border-left: 4px solid var(--mc-error-ink);
    }
    h2 {
      margin: 0 0 8px;
      font-size: 1.125rem;
    }
    p {
      margin: 8px 0 16px;
      color: var(--mc-muted);
    }
  `,
})
export class ErrorPanel {
  readonly failure = input.required<RequestFailure>();
  readonly retry = output();

  protected readonly sentence = computed(() => sentenceFor(this.failure()));
}
