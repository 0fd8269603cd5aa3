import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { detailOf, requestIdOf, sentenceFor } from '../core/http/error-sentences';
import { PollLoop } from '../core/live/poll-loop';

/** Says that what is on the screen is no longer live; goes away by itself. */
@Component({
  selector: 'mc-reconnecting-ribbon',
  imports: [MatButton],
  template: `
    <div role="status">
      @if (reason(); as text) {
        <div class="ribbon">
          <span><strong>Reconnecting…</strong> {{ text }}</span>
          <button matButton type="button" (click)="tryNow()">Try now</button>
        </div>
      }
    </div>
  `,
  styles: `
    .ribbon {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      justify-content: space-between;
      gap: 0 16px;
      padding: 6px 16px 6px 32px;
      border-bottom: 1px solid var(--mc-line);
      color: var(--mc-warning-ink);
      background: var(--mc-warning-wash);
      font-size: 0.875rem;
    }
    button {
      color: inherit;
      text-decoration: underline;
    }
    @media (max-width: 699.98px) {
      .ribbon {
        padding-left: 16px;
      }
    }
  `,
})
export class ReconnectingRibbon {
  private readonly loop = inject(PollLoop);

  protected readonly reason = computed(() => {
    const connection = this.loop.connection();
    if (connection.name === 'live') return null;
    const { failure } = connection;
    const requestId = requestIdOf(failure);
    const detail = detailOf(failure);
    const parts = [`${sentenceFor(failure).title}; what you see is from before.`];
    if (detail) parts.push(detail);
    if (requestId) parts.push(`Request id ${requestId}.`);
    return parts.join(' ');
  });

  protected tryNow(): void {
    this.loop.refresh();
  }
}
