import { fullJitterMs, type BackoffBounds } from './backoff.js';

/** The back-off restarts only after a connection that lasted this long. */
const HEALTHY_AFTER_MS = 60_000;

/** Computes the pause before the next connection. Times are in milliseconds. */
export class ReconnectPause {
  private attempt = 0;
  /** The minimum pause that the controller requested. */
  private leastMs = 0;
  private isLongest = false;

  constructor(
    private readonly bounds: BackoffBounds,
    private readonly random: () => number,
  ) {}

  /** The controller requested a minimum pause (contract section 3, `goodbye` and `busy`). */
  waitAtLeast(ms: number): void {
    this.leastMs = ms;
  }

  /** Only an administrator can change the outcome, so retry at the slowest pace. */
  waitLongest(): void {
    this.isLongest = true;
  }

  /**
   * Returns the pause after a connection ended.
   * @param registeredForMs how long it was registered; undefined if it never was
   */
  next(registeredForMs: number | undefined): number {
    if (registeredForMs !== undefined && registeredForMs >= HEALTHY_AFTER_MS) this.attempt = 0;
    const jitterMs = fullJitterMs(this.attempt, this.bounds, this.random());
    const pauseMs = this.isLongest ? this.bounds.longestMs : Math.max(this.leastMs, jitterMs);
    this.attempt += 1;
    this.leastMs = 0;
    this.isLongest = false;
    return pauseMs;
  }
}
