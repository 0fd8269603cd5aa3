import { performance } from 'node:perf_hooks';

/**
 * The time, as an injectable seam: liveness, expiry and batching are about time, and tests of them
 * move a clock instead of waiting.
 */
export abstract class Clock {
  /**
   * Milliseconds since 1970, UTC. For what is shown, stored or compared with stored times; an operator or
   * NTP may set it back or forward at any moment.
   */
  abstract nowMs(): number;

  /**
   * Milliseconds since an arbitrary moment of this process. Never goes back and never jumps: use it for every
   * duration (timeouts, time to live, rate limits, ages).
   */
  abstract monotonicMs(): number;

  /** What the wall clock shows, as it is set now, for a moment of {@link monotonicMs}. */
  wallAt(monotonicMs: number): number {
    return Math.round(this.nowMs() + monotonicMs - this.monotonicMs());
  }

  /** {@link nowMs} as a `Date`. */
  now(): Date {
    return new Date(this.nowMs());
  }
}

/** The machine's clock. */
export class SystemClock extends Clock {
  nowMs(): number {
    return Date.now();
  }

  monotonicMs(): number {
    return performance.now();
  }
}
