import { Component, computed, input } from '@angular/core';
import type { OrchestratorStatus } from '@moolai/contracts';
import { STATUS_PRESENTATION } from './status-presentation';

/** The status of an orchestrator as a badge: glyph, word and colour. */
@Component({
  selector: 'mc-status-badge',
  template: `<span class="glyph" aria-hidden="true">{{ look().glyph }}</span
    >{{ look().label }}`,
  styles: `
    :host {
      display: inline-flex;
      align-items: center;
      gap: 6px;
      padding: 2px 10px 2px 8px;
      border-radius: 999px;
      font-size: 0.8125rem;
      font-weight: 600;
      line-height: 20px;
      white-space: nowrap;
      color: var(--mc-status-ink);
      background: var(--mc-status-wash);
    }
    .glyph {
      width: 1em;
      text-align: center;
      line-height: 1;
    }
  `,
  host: { '[attr.data-status]': 'status()', '[attr.title]': 'reason()' },
})
export class StatusBadge {
  readonly status = input.required<OrchestratorStatus>();
  /** Why the status is what it is, shown on hover. */
  readonly reason = input<string>();

  protected readonly look = computed(() => STATUS_PRESENTATION[this.status()]);
}
