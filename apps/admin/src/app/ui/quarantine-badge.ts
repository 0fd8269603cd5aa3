import { Component, computed, input } from '@angular/core';
import type { Orchestrator } from '@moolai/contracts';
import { Icon } from './icon';
import { UI_TEXTS } from './ui.texts';

/** Shown beside the status of a quarantined orchestrator; otherwise empty. */
@Component({
  selector: 'mc-quarantine-badge',
  imports: [Icon],
  template: `
    @if (of().quarantined_at) {
      <span data-tone="bad" [title]="reason()"><mc-icon name="lock" />{{ texts.quarantined }}</span>
    }
  `,
  styles: `
    span {
      display: inline-flex;
      align-items: center;
      gap: 5px;
      padding: 1px 8px 1px 6px;
      border: 1px solid var(--mc-status-ink);
      border-radius: 6px;
      font-size: var(--mc-text-sm);
      font-weight: 550;
      line-height: 20px;
      white-space: nowrap;
      color: var(--mc-status-ink);
    }
    mc-icon {
      width: 13px;
      height: 13px;
    }
  `,
})
export class QuarantineBadge {
  protected readonly texts = UI_TEXTS.quarantineBadge;

  readonly of = input.required<Pick<Orchestrator, 'quarantined_at' | 'quarantine_reason'>>();

  protected readonly reason = computed(
    () => this.of().quarantine_reason ?? UI_TEXTS.quarantineBadge.noReason,
  );
}
