import { Component, computed, input } from '@angular/core';
import type { ConfigStatus, MessageStatus } from '@moolai/contracts';
import type { Tone } from './axes';
import { Icon } from './icon';
import type { IconName } from './icon-paths';

interface Look {
  readonly icon: IconName;
  readonly label: string;
  readonly tone: Tone;
}

/** How the state of a message or of a configuration looks besides its colour. */
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

/** The state of a message or of a configuration: icon, word and colour. */
@Component({
  selector: 'mc-state-badge',
  imports: [Icon],
  template: `<mc-icon [name]="look().icon" />{{ look().label }}`,
  styles: `
    :host {
      display: inline-flex;
      align-items: center;
      gap: 5px;
      padding: 1px 8px 1px 6px;
      border-radius: 6px;
      font-size: var(--mc-text-sm);
      font-weight: 550;
      line-height: 20px;
      white-space: nowrap;
      color: var(--mc-status-ink);
      background: var(--mc-status-wash);
    }
    mc-icon {
      width: 13px;
      height: 13px;
    }
  `,
  host: { '[attr.data-tone]': 'look().tone' },
})
export class StateBadge {
  readonly state = input.required<MessageStatus | ConfigStatus>();

  protected readonly look = computed(() => STATE_LOOKS[this.state()]);
}
