import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { TimeZoneStore } from '../core/time/time-zone.store';
import { Icon } from '../ui/icon';
import { SHELL_TEXTS } from './shell.texts';

/** Switches exact times between local time and UTC. */
@Component({
  selector: 'mc-time-zone-switch',
  imports: [Icon, MatButton],
  template: `
    <button
      matButton
      type="button"
      role="switch"
      [aria-label]="texts.label"
      [attr.aria-checked]="isUtc()"
      [title]="isUtc() ? texts.utcTimes : texts.localTimes"
      (click)="toggle()"
    >
      <mc-icon name="clock" />{{ isUtc() ? texts.utc : texts.local }}
    </button>
  `,
  styles: `
    button {
      color: var(--mc-muted);
    }
  `,
})
export class TimeZoneSwitch {
  protected readonly texts = SHELL_TEXTS.timeZoneSwitch;

  private readonly store = inject(TimeZoneStore);

  protected readonly isUtc = computed(() => this.store.zone() === 'utc');

  protected toggle(): void {
    this.store.choose(this.isUtc() ? 'local' : 'utc');
  }
}
