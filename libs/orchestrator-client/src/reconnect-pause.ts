import { fullJitterMs, type BackoffBounds } from './backoff.js';

/** The back-off starts anew only after a connection that was good for this long. */
const HEALTHY_AFTER_MS = 60_000;

/** Decides how long to wait before the next connection. Times in milliseconds. */
export class ReconnectPause {
  private attempt = 0;
  /** What the controller asked for at least. */
  private askedMs = 0;
  private isLongest = false;

  constructor(
    private readonly bounds: BackoffBounds,
    private readonly random: () => number,
  ) {}

  /** The controller said when to come back (contract section 3, `goodbye` and `busy`). */
  askedFor(ms: number): void {
    this.askedMs = ms;
  }

  /** Only someone's change will help, so there is no use in asking often. */
  waitLongest(): void {
    this.isLongest = true;
  }

  /**
   * The pause after a connection has ended.
   * @param registeredForMs how long it was registered; undefined when it never was
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
