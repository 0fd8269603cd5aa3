import { inject, Injectable } from '@angular/core';
import { Preferences } from '../preference';

/** Time zones for exact times. */
export const TIME_ZONES = ['local', 'utc'] as const;
export type TimeZone = (typeof TIME_ZONES)[number];

/** Local time or UTC; stored on this machine. */
@Injectable({ providedIn: 'root' })
export class TimeZoneStore {
  private readonly preference = inject(Preferences).oneOf<TimeZone>('moolai.time-zone', TIME_ZONES, 'local');

  readonly zone = this.preference.value;

  choose(zone: TimeZone): void {
    this.preference.set(zone);
  }
}
