import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { TimeZoneStore } from '../core/time/time-zone.store';
import { Icon } from '../ui/icon';

/** Switches exact times between local time and UTC. */
@Component({
  selector: 'mc-time-zone-switch',
  imports: [Icon, MatButton],
  template: `
    <button
      matButton
      type="button"
      role="switch"
      aria-label="Times in UTC"
      [attr.aria-checked]="isUtc()"
      [title]="isUtc() ? 'Times are in UTC' : 'Times are in your time zone'"
      (click)="toggle()"
    >
      <mc-icon name="clock" />{{ isUtc() ? 'UTC' : 'Local' }}
    </button>
  `,
  styles: `
    button {
      color: var(--mc-muted);
    }
  `,
})
export class TimeZoneSwitch {
  private readonly store = inject(TimeZoneStore);

  protected readonly isUtc = computed(() => this.store.zone() === 'utc');

  protected toggle(): void {
    this.store.choose(this.isUtc() ? 'local' : 'utc');
  }
}
