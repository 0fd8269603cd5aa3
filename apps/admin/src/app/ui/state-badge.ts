import { Component, computed, input } from '@angular/core';
import type { ConfigStatus, MessageStatus } from '@moolai/contracts';
import { LookBadge, type Look } from './look-badge';

/** Icon and tone of a message's or configuration's status. */
export const STATE_LOOKS: Readonly<Record<MessageStatus | ConfigStatus, Look>> = {
  pending: { icon: 'clock', label: 'Pending', tone: 'warn' },
  sent: { icon: 'send', label: 'Sent', tone: 'own' },
  delivered: { icon: 'check', label: 'Delivered', tone: 'good' },
  failed: { icon: 'problem', label: 'Failed', tone: 'bad' },
  expired: { icon: 'clock', label: 'Expired', tone: 'calm' },
  cancelled: { icon: 'minus', label: 'Cancelled', tone: 'calm' },
  received: { icon: 'download', label: 'Received', tone: 'own' },
  acknowledged: { icon: 'check', label: 'Acknowledged', tone: 'good' },
  dismissed: { icon: 'minus', label: 'Dismissed', tone: 'calm' },
  applied: { icon: 'check', label: 'Applied', tone: 'good' },
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
