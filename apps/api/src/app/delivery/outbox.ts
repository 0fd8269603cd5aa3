import type { LiveEntry } from '../live-state/index.js';

/** Messages that one orchestrator may have unacknowledged at a time. */
export const WINDOW = 16;
/** It is filled up again when so many may be sent, so that a statement serves several. */
const REFILL = WINDOW / 2;
/** Ids that were acknowledged lately: the same acknowledgement again is no mistake. */
const REMEMBERED = 4 * WINDOW;

/**
 * What is under way to one connected orchestrator. It lives as long as the connection; what it does not
 * know is in the database.
 */
export class Outbox {
  /** Messages that were sent and not acknowledged yet, in the order they were sent. */
  private readonly inFlight = new Set<number>();
  private readonly settled: number[] = [];
  /** True until what waits for an acknowledgement and is not under way here was sent again. */
  mustResume = true;
  /** True when the oldest message was not acknowledged in time. */
  mustRetry = false;
  /** True while the database may have messages that are not under way. */
  mayHaveMore = true;
  /** When the oldest must be acknowledged, monotonic. */
  private deadlineMs = Infinity;
  private timeoutMs: number;

  constructor(
    readonly entry: LiveEntry,
    private readonly firstTimeoutMs: number,
  ) {
    this.timeoutMs = firstTimeoutMs;
  }

  /** How many are to be taken from the database now. */
  get room(): number {
    if (!this.mayHaveMore || this.mustResume || this.isBlocked) return 0;
    const room = WINDOW - this.inFlight.size;
    return room >= REFILL ? room : 0;
  }

  /** Nothing can be written until the orchestrator has read what was written before. */
  get isBlocked(): boolean {
    return this.entry.link.isCongested;
  }

  /** True for a message that was written on this connection and not acknowledged yet. */
  isUnderWay(messageId: number): boolean {
    return this.inFlight.has(messageId);
  }

  /** Nothing is under way and nothing waits, as far as anybody knows. */
  get isIdle(): boolean {
    return this.inFlight.size === 0 && !this.mustResume && !this.mayHaveMore;
  }

  /** Those that were sent and not acknowledged yet. */
  get underWay(): number[] {
    return [...this.inFlight];
  }

  /** The one that all others wait for. */
  get oldest(): number | undefined {
    return this.inFlight.values().next().value;
  }

  /** Notes what was written to the connection just now. */
  sent(messageId: number, nowMs: number): void {
    if (this.inFlight.size === 0) this.deadlineMs = nowMs + this.timeoutMs;
    this.inFlight.add(messageId);
  }

  /** Notes that a message needs nothing more; false when it was not under way. */
  settle(messageId: number, nowMs: number): boolean {
    const wasOldest = this.oldest === messageId;
    if (!this.inFlight.delete(messageId)) return false;
    this.settled.push(messageId);
    if (this.settled.length > REMEMBERED) this.settled.shift();
    if (wasOldest) {
      this.mustRetry = false;
      this.timeoutMs = this.firstTimeoutMs;
      this.deadlineMs = this.inFlight.size > 0 ? nowMs + this.timeoutMs : Infinity;
    }
    return true;
  }

  /** True for an acknowledgement that came before. */
  wasSettled(messageId: number): boolean {
    return this.settled.includes(messageId);
  }

  /** Looks at the clock: true when the oldest was not acknowledged in time. The next time is twice as long. */
  checkDeadline(nowMs: number): boolean {
    if (nowMs < this.deadlineMs) return false;
    this.timeoutMs *= 2;
    this.deadlineMs = nowMs + this.timeoutMs;
    this.mustRetry = true;
    return true;
  }
}
