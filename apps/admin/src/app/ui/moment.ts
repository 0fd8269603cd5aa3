import { Component, computed, inject, input } from '@angular/core';
import { exactTime, relativeTime } from '../core/time/relative-time';
import { ServerClock } from '../core/time/server-clock';
import { TimeZoneStore } from '../core/time/time-zone.store';

/** A relative time that updates with the clock, exact on hover. */
@Component({
  selector: 'mc-moment',
  template: `
    @if (value(); as moment) {
      <time [attr.datetime]="moment" [title]="exact()">{{ words() }}</time>
    } @else {
      <span>{{ words() }}</span>
    }
  `,
  styles: `
    :host {
      font-variant-numeric: tabular-nums;
    }
  `,
})
export class Moment {
  private readonly clock = inject(ServerClock);
  private readonly zone = inject(TimeZoneStore).zone;

  /** ISO 8601 UTC; null for never. */
  readonly value = input.required<string | null>();
  /** Shown after a time that does not move, such as "frozen". */
  readonly remark = input<string>();

  protected readonly exact = computed(() => exactTime(this.value() ?? '', this.zone()));
  protected readonly words = computed(() => {
    const words = relativeTime(this.value(), this.clock.nowMs());
    const remark = this.remark();
    return remark && this.value() ? `${words} (${remark})` : words;
  });
}
