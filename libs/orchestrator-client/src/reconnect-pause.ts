import { fullJitterMs, type BackoffBounds } from './backoff.js';

/** The back-off restarts only after a connection that lasted this long. */
const HEALTHY_AFTER_MS = 60_000;

/** Computes the pause before the next connection. Times are in milliseconds. */
export class ReconnectPause {
  private attempt = 0;
  /** Minimum pause that the controller asked for. */
  private askedMs = 0;
  private isLongest = false;

  constructor(
    private readonly bounds: BackoffBounds,
    private readonly random: () => number,
  ) {}

  /** The controller said when to reconnect (contract section 3, `goodbye` and `busy`). */
  askedFor(ms: number): void {
    this.askedMs = ms;
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
    const pauseMs = this.isLongest ? this.bounds.longestMs : Math.max(this.askedMs, jitterMs);
    this.attempt += 1;
    this.askedMs = 0;
    this.isLongest = false;
    return pauseMs;
  }
}
