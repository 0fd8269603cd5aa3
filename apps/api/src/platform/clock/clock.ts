import { performance } from 'node:perf_hooks';

/** The time, as a replaceable dependency: tests of liveness, expiry and batching move a clock instead of waiting. */
export abstract class Clock {
  /**
   * Milliseconds since 1970, UTC. For times that are shown, stored or compared with stored times. An operator or NTP
   * may change it at any moment.
   */
  abstract nowMs(): number;

  /**
   * Milliseconds since an arbitrary moment of this process. Never goes back and never jumps: use it for every
   * duration (timeouts, time to live, rate limits, ages).
   */
  abstract monotonicMs(): number;

  /** The wall-clock time, as currently set, of a moment of {@link monotonicMs}. */
  wallAt(monotonicMs: number): number {
    return Math.round(this.nowMs() + monotonicMs - this.monotonicMs());
  }

  /** {@link nowMs} as a `Date`. */
  now(): Date {
    return new Date(this.nowMs());
  }
}

/** The system clock. */
export class SystemClock extends Clock {
  nowMs(): number {
    return Date.now();
  }

  monotonicMs(): number {
    return performance.now();
  }
}
