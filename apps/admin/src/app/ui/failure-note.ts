import { Component, computed, input } from '@angular/core';
import { detailOf, requestIdOf } from '../core/http/error-sentences';
import type { RequestFailure } from '../core/http/request-failure';
import { UI_TEXTS } from './ui.texts';

/** The controller's detail about a failure, and the request id. */
@Component({
  selector: 'mc-failure-note',
  template: `
    @if (detail(); as text) {
      <span>{{ text }}</span>
    }
    @if (requestId(); as id) {
      <span class="request">
        {{ texts.requestId }} <code>{{ id }}</code>
      </span>
    }
  `,
  styles: `
    :host {
      display: block;
      overflow-wrap: anywhere;
    }
    .request {
      display: block;
      margin-top: 2px;
      font-size: 0.8125rem;
    }
  `,
})
export class FailureNote {
  protected readonly texts = UI_TEXTS.failureNote;

  readonly failure = input.required<RequestFailure>();

  protected readonly detail = computed(() => detailOf(this.failure()));
  protected readonly requestId = computed(() => requestIdOf(this.failure()));
}
