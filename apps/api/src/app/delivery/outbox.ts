import type { LiveEntry } from '../live-state/index.js';

/** Maximum number of unacknowledged messages per orchestrator. */
export const WINDOW = 16;
/** The window is refilled when this many may be sent, so that one statement reads several. */
const REFILL = WINDOW / 2;
/** Number of recently acknowledged ids to remember: repeating an acknowledgement is not an error. */
const REMEMBERED = 4 * WINDOW;

/**
 * Messages in flight to one connected orchestrator, for the life of the connection. Everything else is in the database.
 */
export class Outbox {
  /** Sent but unacknowledged messages, in the order of sending. */
  private readonly inFlight = new Set<number>();
  private readonly settled: number[] = [];
  /** True until unacknowledged messages of earlier connections were sent again. */
  mustResume = true;
  /** True if the oldest message was not acknowledged in time. */
  mustRetry = false;
  /** True while the database may have more messages. */
  mayHaveMore = true;
  /** Deadline for acknowledging the oldest, monotonic. */
  private deadlineMs = Infinity;
  private timeoutMs: number;

  constructor(
    readonly entry: LiveEntry,
    private readonly firstTimeoutMs: number,
  ) {
    this.timeoutMs = firstTimeoutMs;
  }

  /** True if sent messages await their acknowledgements. */
  get isInFlight(): boolean {
    return this.inFlight.size > 0;
  }

  /** Number of messages to take from the database now. */
  get room(): number {
    if (!this.mayHaveMore || this.mustResume || this.isBlocked) return 0;
    const room = WINDOW - this.inFlight.size;
    return room >= REFILL ? room : 0;
  }

  /** True while nothing can be written because earlier output is unread. */
  get isBlocked(): boolean {
    return this.entry.link.isCongested;
  }

  /** True for a message written on this connection and not acknowledged yet. */
  isUnderWay(messageId: number): boolean {
    return this.inFlight.has(messageId);
  }

  /** True if nothing is in flight and nothing is known to wait. */
  get isIdle(): boolean {
    return this.inFlight.size === 0 && !this.mustResume && !this.mayHaveMore;
  }

  /** Sent but unacknowledged ids. */
  get underWay(): number[] {
    return [...this.inFlight];
  }

  /** The oldest one in flight, which blocks all others. */
  get oldest(): number | undefined {
    return this.inFlight.values().next().value;
  }

  /** Records that a message was just written to the connection. */
  sent(messageId: number, nowMs: number): void {
    if (this.inFlight.size === 0) this.deadlineMs = nowMs + this.timeoutMs;
    this.inFlight.add(messageId);
  }

  /** Records that a message is settled; false if it was not in flight. */
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

  /** True for a repeated acknowledgement. */
  wasSettled(messageId: number): boolean {
    return this.settled.includes(messageId);
  }

  /** True if the oldest was not acknowledged in time. Doubles the next timeout. */
  checkDeadline(nowMs: number): boolean {
    if (nowMs < this.deadlineMs) return false;
    this.timeoutMs *= 2;
    this.deadlineMs = nowMs + this.timeoutMs;
    this.mustRetry = true;
    return true;
  }
}
