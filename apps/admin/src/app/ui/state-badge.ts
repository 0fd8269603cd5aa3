import { Component, computed, input } from '@angular/core';
import type { ConfigStatus, MessageStatus } from '@moolai/contracts';
import { LookBadge, type Look } from './look-badge';
import { UI_TEXTS } from './ui.texts';

const TEXTS = UI_TEXTS.stateBadge;

/** Icon and tone of a message's or configuration's status. */
export const STATE_LOOKS: Readonly<Record<MessageStatus | ConfigStatus, Look>> = {
  pending: { icon: 'clock', label: TEXTS.pending, tone: 'warn' },
  sent: { icon: 'send', label: TEXTS.sent, tone: 'own' },
  delivered: { icon: 'check', label: TEXTS.delivered, tone: 'good' },
  failed: { icon: 'problem', label: TEXTS.failed, tone: 'bad' },
  expired: { icon: 'clock', label: TEXTS.expired, tone: 'calm' },
  cancelled: { icon: 'minus', label: TEXTS.cancelled, tone: 'calm' },
  received: { icon: 'download', label: TEXTS.received, tone: 'own' },
  acknowledged: { icon: 'check', label: TEXTS.acknowledged, tone: 'good' },
  dismissed: { icon: 'minus', label: TEXTS.dismissed, tone: 'calm' },
  applied: { icon: 'check', label: TEXTS.applied, tone: 'good' },
};

/** The status of a message or of a configuration. */
@Component({
  selector: 'mc-state-badge',
  imports: [LookBadge],
  template: `<mc-look-badge [look]="look()" />`,
})
export class StateBadge {
  readonly state = input.required<MessageStatus | ConfigStatus>();

  protected readonly look = computed(() => STATE_LOOKS[this.state()]);
}
