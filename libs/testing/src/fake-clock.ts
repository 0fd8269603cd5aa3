/** A clock that stands still until it is moved. Takes the place of the API's `Clock`. */
export class FakeClock {
  private ms: number;

  constructor(start = '2026-01-01T00:00:00.000Z') {
    this.ms = Date.parse(start);
  }

  nowMs(): number {
    return this.ms;
  }

  now(): Date {
    return new Date(this.ms);
  }

  /** Moves the clock forward by milliseconds. */
  advance(ms: number): void {
    this.ms += ms;
  }
}
