import { Component, computed, input } from '@angular/core';
import type { EnrolmentTokenState } from '@moolai/contracts';
import type { Tone } from '../../ui/axes';
import { Icon } from '../../ui/icon';
import type { IconName } from '../../ui/icon-paths';

/** How the state of an enrolment token looks besides its colour. */
export const TOKEN_LOOKS: Readonly<
  Record<EnrolmentTokenState, { icon: IconName; label: string; tone: Tone }>
> = {
  usable: { icon: 'check', label: 'Usable', tone: 'good' },
  expired: { icon: 'clock', label: 'Expired', tone: 'calm' },
  used_up: { icon: 'minus', label: 'Used up', tone: 'calm' },
  revoked: { icon: 'trash', label: 'Revoked', tone: 'warn' },
};

/** The state of an enrolment token: icon, word and colour. */
@Component({
  selector: 'mc-token-state-badge',
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
export class TokenStateBadge {
  readonly state = input.required<EnrolmentTokenState>();

  protected readonly look = computed(() => TOKEN_LOOKS[this.state()]);
}
