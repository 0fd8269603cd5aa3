import { Component, computed, inject } from '@angular/core';
import { API } from '../core/http/api-operations';
import { detailOf, requestIdOf, sentenceFor } from '../core/http/error-sentences';
import { isRateLimited } from '../core/http/request-failure';
import { LiveStore } from '../core/live/live.store';
import { duration } from '../core/time/relative-time';
import { ServerClock } from '../core/time/server-clock';
import { Icon } from '../ui/icon';
import { SHELL_TEXTS } from './shell.texts';

const TEXTS = SHELL_TEXTS.reconnectingRibbon;

const HELD_BACK = TEXTS.heldBack(API.streamEvents.path);

/** Reports that the display is not live; disappears automatically. */
@Component({
  selector: 'mc-reconnecting-ribbon',
  imports: [Icon],
  template: `
    <div role="status">
      @if (reason(); as text) {
        <div class="ribbon">
          <mc-icon name="warning" />
          <span
            ><strong>{{ word() }}</strong> {{ text }}</span
          >
          <span class="since mc-figures" aria-hidden="true">{{ since() }}</span>
          <button class="mc-link-button" type="button" (click)="tryNow()">{{ texts.retryNow }}</button>
        </div>
      }
    </div>
  `,
  styles: `
    .ribbon {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 2px 10px;
      padding: 8px 24px;
      border-bottom: 1px solid var(--mc-line);
      color: var(--mc-warning-ink);
      background: var(--mc-warning-wash);
      font-size: var(--mc-text-sm);
    }
    span:first-of-type {
      flex: 1 1 240px;
    }
    button {
      color: inherit;
    }
    @media (max-width: 799.98px) {
      .ribbon {
        padding: 8px 16px;
      }
    }
  `,
})
export class ReconnectingRibbon {
  protected readonly texts = TEXTS;

  private readonly live = inject(LiveStore);
  private readonly clock = inject(ServerClock);

  /** The controller is reachable, but the user has too many streams, and must close some. */
  private readonly isRefused = computed(() => {
    const connection = this.live.connection();
    return connection.name === 'reconnecting' && isRateLimited(connection.failure);
  });
  private readonly isHeldBack = computed(() => this.live.connection().name === 'polling');
  protected readonly word = computed(() =>
    this.isRefused() || this.isHeldBack() ? TEXTS.notLive : TEXTS.reconnecting,
  );
  protected readonly reason = computed(() => {
    if (this.isHeldBack()) return HELD_BACK;
    const connection = this.live.connection();
    if (connection.name !== 'reconnecting') return null;
    const { failure } = connection;
    const requestId = requestIdOf(failure);
    const detail = detailOf(failure);
    const title = this.isRefused() ? TEXTS.tooManyTabs : sentenceFor(failure).title;
    const parts = [TEXTS.showingLastDataLoaded(title)];
    if (detail) parts.push(detail);
    if (requestId) parts.push(TEXTS.requestId(requestId));
    return parts.join(' ');
  });
  protected readonly since = computed(() => {
    const connection = this.live.connection();
    if (!('sinceMs' in connection)) return '';
    return TEXTS.since(duration((this.clock.nowMs() - connection.sinceMs) / 1_000));
  });

  protected tryNow(): void {
    this.live.reconnect();
  }
}
