import { Component, computed, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { sentenceFor } from '../core/http/error-sentences';
import type { RequestFailure } from '../core/http/request-failure';
import { FailureNote } from './failure-note';
import { Icon } from './icon';
import { UI_TEXTS } from './ui.texts';

/** Replaces content that could not be loaded: what happened, what to do, and a retry button. */
@Component({
  selector: 'mc-error-panel',
  imports: [FailureNote, Icon, MatButton],
  template: `
    <section class="mc-panel panel" role="alert" [attr.data-tone]="isForbidden() ? 'calm' : 'bad'">
      <mc-icon [name]="isForbidden() ? 'key' : 'problem'" />
      <div>
        <h2>{{ sentence().title }}</h2>
        <mc-failure-note [failure]="failure()" />
        <p>{{ sentence().advice }}</p>
        <button matButton="tonal" type="button" (click)="retry.emit()">{{ texts.retry }}</button>
      </div>
    </section>
  `,
  styles: `
    .panel {
      display: flex;
      gap: 14px;
      max-width: 640px;
    }
    mc-icon {
      width: 22px;
      height: 22px;
      color: var(--mc-status-ink);
    }
    h2 {
      margin-bottom: 4px;
    }
    p {
      margin: 6px 0 14px;
      color: var(--mc-muted);
    }
  `,
})
export class ErrorPanel {
  protected readonly texts = UI_TEXTS.errorPanel;

  readonly failure = input.required<RequestFailure>();
  readonly retry = output();

  protected readonly sentence = computed(() => sentenceFor(this.failure()));
  protected readonly isForbidden = computed(() => {
    const failure = this.failure();
    return failure.name === 'ApiError' && failure.type === 'forbidden';
  });
}
