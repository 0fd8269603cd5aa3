/**
 * The time, as an injectable seam: liveness, expiry and batching are about time, and tests of them
 * move a clock instead of waiting.
 */
export abstract class Clock {
  /** Milliseconds since 1970, UTC. */
  abstract nowMs(): number;

  /** The same instant as a `Date`. */
  now(): Date {
    return new Date(this.nowMs());
  }
}

/** The machine's clock. */
export class SystemClock extends Clock {
  nowMs(): number {
    return Date.now();
  }
}
