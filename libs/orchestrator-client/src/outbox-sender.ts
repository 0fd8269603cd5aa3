import { CLOSE_CODES, type WsErrorCode } from '@moolai/contracts';
import { fullJitterMs, type BackoffBounds } from './backoff.js';
import { NotStoredError } from './not-stored-error.js';
import type { Outbox, OutboxEntry } from './outbox.js';
import { SendPace } from './send-pace.js';
import type { SetTimer } from './timer.js';

/** How an {@link OutboxSender} sends. Times in milliseconds. */
export interface OutboxSenderOptions {
  outbox: Outbox;
  /** Writes a frame to the connection; false when there is none. */
  send: (frame: string) => boolean;
  maxInFlight: number;
  /** How long a `received` may take: the first time, and at most after repeated silence. */
  deadline: BackoffBounds;
  setTimer: SetTimer;
  /** A number from 0 to 1. */
  random: () => number;
}

/** An entry that was sent on this connection and is not answered yet. */
interface Flight {
  entry: OutboxEntry;
  /** The how many-eth frame it was sent as. */
  number: number;
  timer: NodeJS.Timeout;
  /** Nothing but this was sent since, so that a refusal can only be meant for it. */
  isLastSent: boolean;
  /** The controller answered `invalid_message`, and only this can be meant. */
  isRefused: boolean;
}

/** After so many strikes an entry is given up. */
const MAX_STRIKES = 5;
/** Pause after a refusal, short of the 20 errors a minute that end a connection (contract section 3). */
const REFUSED_RETRY_MS = 4_000;
const RATE_LIMITED_PAUSE_MS = 5_000;
/** Below what the controller takes of one orchestrator, so that heartbeats and acknowledgements fit in. */
const PACE = { burst: 800, perSec: 80 };

/**
 * Sends what an {@link Outbox} holds, in order and a bounded number at a time, until the controller
 * answers each with `received`: again after a reconnect, and again when the answer does not come.
 *
 * **When the controller refuses one.** An `error` with `invalid_message` does not say which message it
 * means, and a message may also never be answered for another reason; neither may hold up the rest for
 * ever. But silence alone proves nothing: while its database is away the controller answers nobody,
 * and giving up then would lose what a minute later is stored. So an entry gets a strike only on
 * evidence that the controller works and does not want this one:
 * - something that was sent after it was answered, and it was not until its deadline, or
 * - `invalid_message` came while it was alone in flight and nothing else had been sent since. After an
 *   `invalid_message` that may mean several, entries are therefore sent one at a time until the next
 *   `received`.
 *
 * After {@link MAX_STRIKES} strikes it is given up as `refused`.
 */
export class OutboxSender {
  private readonly inFlight = new Map<OutboxEntry, Flight>();
  private readonly pace = new SendPace(PACE);
  private isConnected = false;
  private paceTimer: NodeJS.Timeout | undefined;
  private sentCount = 0;
  /** Number of the latest frame that was answered. */
  private answeredNumber = 0;
  /** Deadlines in a row that passed without any answer. */
  private silentRounds = 0;
  private hasSuspect = false;
  private lastRefusal = '';

  constructor(private readonly options: OutboxSenderOptions) {}

  /** The registration was accepted: everything that waits is sent, also what was sent before. */
  connected(): void {
    this.isConnected = true;
    this.silentRounds = 0;
    this.pump();
  }

  /** The connection has ended, with this WebSocket close code. */
  disconnected(code: number): void {
    const largest = [...this.inFlight.keys()].sort((a, b) => b.frame.length - a.frame.length)[0];
    this.isConnected = false;
    this.takeBackAll();
    clearTimeout(this.paceTimer);
    this.paceTimer = undefined;
    // Something on the way, a proxy perhaps, allows less than the contract does: sent again, the frame
    // would end each connection to come.
    if (code === CLOSE_CODES.messageTooBig && largest)
      this.giveUp(largest, 'The connection was closed with 1009: a message was too big.');
  }

  /** Sends what may be sent now; called whenever something was queued. */
  pump(): void {
    if (!this.isConnected || this.paceTimer) return;
    const limit = this.hasSuspect ? 1 : this.options.maxInFlight;
    for (const entry of this.options.outbox.list()) {
      if (this.inFlight.size >= limit) return;
      if (this.inFlight.has(entry)) continue;
      const waitMs = this.pace.take();
      if (waitMs > 0) {
        this.resumeAfter(waitMs);
        return;
      }
      if (!this.options.send(entry.frame)) return;
      this.track(entry);
    }
  }

  /** The controller has stored the message with this id. False when it is not in the queue any more. */
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

  /** The controller answered an `error`, perhaps with the time after which it may be tried again. */
  refused(code: WsErrorCode, detail: string, retryAfterMs = RATE_LIMITED_PAUSE_MS): void {
    if (code === 'rate_limited') this.pace.pause(retryAfterMs);
    if (code !== 'invalid_message') return;
    const [flight] = this.inFlight.values();
    // Then it is about an acknowledgement or a heartbeat.
    if (!flight) return;
    this.hasSuspect = true;
    this.lastRefusal = detail;
    if (this.inFlight.size > 1 || !flight.isLastSent || flight.isRefused) return;
    flight.isRefused = true;
    clearTimeout(flight.timer);
    flight.timer = this.options.setTimer(() => this.expire(flight), REFUSED_RETRY_MS);
  }

  /** Another frame that may be refused was sent: a heartbeat or an acknowledgement. */
  otherSent(): void {
    for (const flight of this.inFlight.values()) flight.isLastSent = false;
  }

  /** An entry has left the queue. */
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
    // Half of it is certain and half is chance, so that a fleet does not send again at one moment.
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
      if (entry.strikes >= MAX_STRIKES) this.giveUp(entry, this.whyGivenUp());
    } else {
      this.silentRounds += 1;
      this.takeBackAll();
    }
    this.pump();
  }

  private whyGivenUp(): string {
    const said = this.lastRefusal && ` The last refusal, perhaps of this message: ${this.lastRefusal}`;
    return `Sent ${MAX_STRIKES} times, while the controller took others.${said}`;
  }

  private giveUp(entry: OutboxEntry, detail: string): void {
    this.options.outbox.drop(entry, new NotStoredError('refused', entry.clientMessageId, detail));
  }

  private takeBackAll(): void {
    for (const { timer } of this.inFlight.values()) clearTimeout(timer);
    this.inFlight.clear();
  }
}
