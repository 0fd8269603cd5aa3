import { Component, computed, inject } from '@angular/core';
import { LiveStore } from '../core/live/live.store';
import { SHELL_TEXTS } from './shell.texts';

const TEXTS = SHELL_TEXTS.liveMark;

const WORDS = {
  connecting: TEXTS.connecting,
  live: TEXTS.live,
  polling: TEXTS.polling,
  reconnecting: TEXTS.notLive,
} as const;

/** Shows whether the display follows the fleet. */
@Component({
  selector: 'mc-live-mark',
  template: `<span class="dot" aria-hidden="true"></span>{{ words() }}`,
  styles: `
    :host {
      display: inline-flex;
      align-items: center;
      gap: 7px;
      padding: 0 8px;
      font-size: var(--mc-text-sm);
      color: var(--mc-muted);
      white-space: nowrap;
    }
    .dot {
      width: 8px;
      height: 8px;
      border-radius: 50%;
      background: var(--mc-status-ink);
    }
  `,
  host: { '[attr.data-tone]': 'tone()', '[attr.title]': 'hint()' },
})
export class LiveMark {
  private readonly connection = inject(LiveStore).connection;

  protected readonly words = computed(() => WORDS[this.connection().name]);
  protected readonly tone = computed(() => {
    const { name } = this.connection();
    if (name === 'live') return 'good';
    return name === 'connecting' ? 'calm' : 'warn';
  });
  protected readonly hint = computed(() => {
    const { name } = this.connection();
    if (name === 'live') return TEXTS.liveHint;
    if (name === 'polling') return TEXTS.pollingHint;
    return TEXTS.interruptedHint;
  });
}
