import { CLOSE_CODES, type WsErrorCode } from '@moolai/contracts';
import { fullJitterMs, type BackoffBounds } from './backoff.js';
import { NotStoredError } from './not-stored-error.js';
import type { Outbox, OutboxEntry } from './outbox.js';
import { SendPace } from './send-pace.js';
import type { SetTimer } from './timer.js';

/** Options of an {@link OutboxSender}. Times are in milliseconds. */
export interface OutboxSenderOptions {
  outbox: Outbox;
  /** Writes a frame to the connection; false if there is none. */
  send: (frame: string) => boolean;
  maxInFlight: number;
  /** Time to wait for `received`: initially, and at most after repeated silence. */
  deadline: BackoffBounds;
  setTimer: SetTimer;
  /** Returns a number from 0 to 1. */
  random: () => number;
}

/** An entry that was sent on this connection and is not answered yet. */
interface Flight {
  entry: OutboxEntry;
  /** Sequence number of the frame that it was sent in. */
  number: number;
  timer: NodeJS.Timeout;
  /** True if nothing was sent after it, so that a refusal can only refer to this entry. */
  isLastSent: boolean;
  /** True if the controller answered `invalid_message` and can only have meant this entry. */
  isRefused: boolean;
}

/** Number of strikes after which an entry is given up. */
const MAX_STRIKES = 5;
/** Pause after a refusal: keeps below the 20 errors a minute that end a connection (contract section 3). */
const REFUSED_RETRY_MS = 4_000;
const RATE_LIMITED_PAUSE_MS = 5_000;
/** Below the controller's limit for one orchestrator, which leaves room for heartbeats and acknowledgements. */
const PACE = { burst: 800, perSec: 80 };

/**
 * Sends the entries of an {@link Outbox} in order, a limited number at a time, until the controller answers each with
 * `received`. It sends again after a reconnect, and when the answer is late.
 *
 * **Refused messages.** An `invalid_message` error does not say which message it means, and other faults can leave a
 * message unanswered forever. Neither may block the queue. But silence alone proves nothing: while its database is
 * down the controller answers nothing, and giving up then would lose messages that can be stored a minute later. So an
 * entry gets a strike only if the controller evidently works and does not accept this entry:
 * - a frame sent after it was answered, and the entry was not answered by its deadline, or
 * - `invalid_message` arrived while the entry was alone in flight and nothing was sent after it. After an
 * `invalid_message` that may refer to several entries, they are sent one at a time until the next `received`.
 *
 * After {@link MAX_STRIKES} strikes the entry is given up as `refused`.
 */
export class OutboxSender {
  private readonly inFlight = new Map<OutboxEntry, Flight>();
  private readonly pace = new SendPace(PACE);
  private isConnected = false;
  private paceTimer: NodeJS.Timeout | undefined;
  private sentCount = 0;
  /** Number of the latest answered frame. */
  private answeredNumber = 0;
  /** Consecutive deadlines that passed without any answer. */
  private silentRounds = 0;
  private hasSuspect = false;
  private lastRefusal = '';

  constructor(private readonly options: OutboxSenderOptions) {}

  /** The registration was accepted: sends all entries, including those sent before. */
  connected(): void {
    this.isConnected = true;
    this.silentRounds = 0;
    this.pump();
  }

  /** The connection ended with this WebSocket close code. */
  disconnected(code: number): void {
    const largest = [...this.inFlight.keys()].sort((a, b) => b.frame.length - a.frame.length)[0];
    this.isConnected = false;
    this.forgetInFlight();
    clearTimeout(this.paceTimer);
    this.paceTimer = undefined;
    // A proxy may have a lower limit than the contract: sent again, the frame would end every later connection.
    if (code === CLOSE_CODES.messageTooBig && largest)
      this.refuse(largest, 'The connection was closed with 1009: a message was too big.');
  }

  /** Sends as many entries as allowed; called after each new entry. */
  pump(): void {
    if (!this.isConnected || this.paceTimer) return;
    const limit = this.hasSuspect ? 1 : this.options.maxInFlight;
    for (const entry of this.options.outbox.list()) {
      if (this.inFlight.size >= limit) return;
      if (this.inFlight.has(entry)) continue;
      const waitMs = this.pace.reserve();
      if (waitMs > 0) {
        this.resumeAfter(waitMs);
        return;
      }
      if (!this.options.send(entry.frame)) return;
      this.track(entry);
    }
  }

  /** The controller stored the message with this id. Returns false if it is no longer queued. */
  received(clientMessageId: string, messageId: number): boolean {
    const entry = this.options.outbox.get(clientMessageId);
    if (!entry) return false;
    this.answeredNumber = Math.max(this.answeredNumber, this.inFlight.get(entry)?.number ?? 0);
    this.silentRounds = 0;
    this.hasSuspect = false;
    this.options.outbox.complete(entry, messageId);
    this.forget(entry);
    this.pump();
    return true;
  }

  /** The controller answered with an `error`, maybe with the time after which to retry. */
  refused(code: WsErrorCode, detail: string, retryAfterMs = RATE_LIMITED_PAUSE_MS): void {
    if (code === 'rate_limited') this.pace.pause(retryAfterMs);
    if (code !== 'invalid_message') return;
    const [flight] = this.inFlight.values();
    // Then it refers to an acknowledgement or a heartbeat.
    if (!flight) return;
    this.hasSuspect = true;
    this.lastRefusal = detail;
    if (this.inFlight.size > 1 || !flight.isLastSent || flight.isRefused) return;
    flight.isRefused = true;
    clearTimeout(flight.timer);
    flight.timer = this.options.setTimer(() => this.expire(flight), REFUSED_RETRY_MS);
  }

  /** Another frame that can be refused was sent: a heartbeat or an acknowledgement. */
  otherSent(): void {
    for (const flight of this.inFlight.values()) flight.isLastSent = false;
  }

  /** An entry was removed from the queue. */
  forget(entry: OutboxEntry): void {
    clearTimeout(this.inFlight.get(entry)?.timer);
    this.inFlight.delete(entry);
  }

  private resumeAfter(ms: number): void {
    this.paceTimer = this.options.setTimer(() => {
      this.paceTimer = undefined;
      this.pump();
    }, ms);
  }

  private track(entry: OutboxEntry): void {
    const { deadline, random, setTimer } = this.options;
    // Half fixed, half random, so that a fleet does not resend all at once.
    const ms = fullJitterMs(this.silentRounds + entry.strikes, deadline, 0.5 + random() / 2);
    this.sentCount += 1;
    const flight: Flight = {
      entry,
      number: this.sentCount,
      timer: setTimer(() => this.expire(flight), ms),
      isLastSent: true,
      isRefused: false,
    };
    this.inFlight.set(entry, flight);
  }

  private expire(flight: Flight): void {
    const { entry, number, isRefused } = flight;
    if (isRefused || number < this.answeredNumber) {
      this.forget(entry);
      entry.strikes += 1;
      if (entry.strikes >= MAX_STRIKES) this.refuse(entry, this.whyGivenUp());
    } else {
      this.silentRounds += 1;
      this.forgetInFlight();
    }
    this.pump();
  }

  private whyGivenUp(): string {
    const said = this.lastRefusal && ` The last refusal, perhaps of this message: ${this.lastRefusal}`;
    return `Sent ${MAX_STRIKES} times, while the controller stored others.${said}`;
  }

  private refuse(entry: OutboxEntry, detail: string): void {
    this.options.outbox.drop(entry, new NotStoredError('refused', entry.clientMessageId, detail));
  }

  private forgetInFlight(): void {
    for (const { timer } of this.inFlight.values()) clearTimeout(timer);
    this.inFlight.clear();
  }
}
