/** A clock that moves only when told to. Replaces the API's `Clock`. */
export class FakeClock {
  private ms: number;
  private monotonic = 0;

  constructor(start = '2026-01-01T00:00:00.000Z') {
    this.ms = Date.parse(start);
  }

  nowMs(): number {
    return this.ms;
  }

  monotonicMs(): number {
    return this.monotonic;
  }

  wallAt(monotonicMs: number): number {
    return this.ms + monotonicMs - this.monotonic;
  }

  now(): Date {
    return new Date(this.ms);
  }

  /** Lets time pass, in milliseconds. */
  advance(ms: number): void {
    this.ms += ms;
    this.monotonic += ms;
  }

  /** Sets the wall clock, as an operator or NTP does, in milliseconds forward or back. No time passes. */
  shiftWallClock(ms: number): void {
    this.ms += ms;
  }
}
