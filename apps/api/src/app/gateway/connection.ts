import {
  CLOSE_CODES,
  ERROR_WINDOW_MS,
  MAX_FRAME_BYTES,
  MAX_ERRORS_PER_WINDOW,
  type ControllerMessage,
  type WsErrorCode,
} from '@moolai/contracts';
import type { WebSocket } from 'ws';
import type { LiveEntry, OrchestratorLink, Probe } from '../live-state/index.js';
import { ConnectionOutput } from './connection-output.js';
import { FrameMeter } from './frame-meter.js';
import type { GatewayTiming } from './gateway-timing.js';

/** Frames at once before a connection is told to slow down, and how fast it may go on. */
const FRAME_BURST = 5_000;
const FRAMES_PER_SEC = 500;
/** Frames that may wait for the registration they came behind. */
const MAX_HELD = 64;
/** And so many bytes of them: as many as one frame may have. */
const MAX_HELD_BYTES = MAX_FRAME_BYTES;
const MISSED_PINGS = 2;
/** What Node reads from a socket at a time. */
const READ_BUFFER_BYTES = 64 * 1024;
/** WebSocket close reasons hold at most 123 bytes (RFC 6455, section 5.5). */
const MAX_REASON = 120;

export type ConnectionState = 'unregistered' | 'registering' | 'registered' | 'closed';

/** Why a connection was ended by the gateway itself; labels of a metric. */
export const DROP_REASONS = ['unread', 'unfinished', 'silent', 'too_many_errors', 'not_registered'] as const;
export type DropReason = (typeof DROP_REASONS)[number];

/** One orchestrator's socket and what the protocol must remember of it. */
export class Connection implements OrchestratorLink {
  private current: ConnectionState = 'unregistered';
  /** Present once registered. */
  entry: LiveEntry | undefined;
  /** True when this side asked for the end, so that a missing handshake is not the peer's fault. */
  isEndedByUs = false;
  /** Grows with each registration that was begun: of two that race, the later one wins. */
  registrationNumber = 0;
  probe: Probe | null = null;
  /** Set when the gateway ends the connection for what the peer did, or did not do. */
  dropReason: DropReason | undefined;
  /** What of its messages has come. */
  readonly meter = new FrameMeter();
  private held: Buffer[] = [];
  /** Of what was held since it began to register, also when it has ended meanwhile. */
  heldBytes = 0;
  /** The last accepted heartbeat's bytes: an orchestrator sends the same ones for its whole life. */
  private heartbeatFrame: Buffer | undefined;
  private frameBudget = FRAME_BURST;
  private errorTimes: number[] = [];
  /** Until when an error of {@link failOnce} is not told again, by what it is about. */
  private readonly quietUntilMs = new Map<string, number>();
  private wasHeard = true;
  private ageMs = 0;
  private silenceMs = 0;
  private pingsSent = 0;
  private closingMs = 0;
  private isReading = true;
  private readonly output: ConnectionOutput;

  constructor(
    readonly socket: WebSocket,
    readonly remoteAddress: string,
    /** Unread bytes at which the connection is closed. */
    outputLimitBytes: number,
    /** The bearer token of the upgrade. */
    readonly bearer?: string,
  ) {
    this.output = new ConnectionOutput(socket, outputLimitBytes, () => {
      this.drop('unread', CLOSE_CODES.unreadOutput, 'too much is unread');
    });
  }

  get state(): ConnectionState {
    return this.current;
  }

  /** Moves on; nothing leads away from `closed`, whatever was under way when it ended. */
  set state(next: ConnectionState) {
    if (this.current !== 'closed') this.current = next;
    if (next !== 'closed') return;
    this.held = [];
    this.output.end();
  }

  /** Notes that the peer showed a sign of life; the next {@link tick} looks at it. */
  heard(): void {
    this.wasHeard = true;
  }

  /** Notes the answer to a ping. */
  ponged(nowMs: number): void {
    this.heard();
    if (this.probe?.answeredAtMs === null) this.probe.answeredAtMs = nowMs;
  }

  /** Answers a ping. */
  pinged(payload: Buffer): void {
    this.output.pong(payload);
  }

  sendProbe(nowMs: number): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.probe = { sentAtMs: nowMs, answeredAtMs: null };
    this.output.ping();
  }

  get unreadBytes(): number {
    return this.output.unreadBytes;
  }

  get isCongested(): boolean {
    return this.output.isCongested;
  }

  whenDrained(listener: () => void): void {
    this.output.whenDrained(listener);
  }

  /** Takes one frame off the budget; false when there is none left. */
  takeFrame(): boolean {
    if (this.frameBudget < 1) return false;
    this.frameBudget -= 1;
    return true;
  }

  /** Gives a frame back: it answered something of ours, and how much that is, is our own doing. */
  refundFrame(): void {
    this.frameBudget += 1;
  }

  /** True when these bytes are the heartbeat that was accepted before, so that parsing tells nothing new. */
  isKnownHeartbeat(data: Buffer): boolean {
    return this.heartbeatFrame !== undefined && this.heartbeatFrame.equals(data);
  }

  rememberHeartbeat(data: Buffer): void {
    // A copy: the original is a slice that would keep a whole read buffer alive.
    this.heartbeatFrame = Buffer.from(data);
  }

  /** Keeps a frame until the registration is answered; false when too many wait. */
  hold(bytes: Buffer): boolean {
    if (this.held.length >= MAX_HELD || this.state === 'closed') return false;
    if (this.heldBytes + bytes.length > MAX_HELD_BYTES) return false;
    this.heldBytes += bytes.length;
    // A copy: the original is a slice that would keep a whole read buffer alive. As bytes, which are half of what it
    // takes with what was parsed.
    this.held.push(Buffer.from(bytes));
    return true;
  }

  takeHeld(): Buffer[] {
    this.heldBytes = 0;
    return this.held.splice(0);
  }

  send(frame: string): boolean {
    return this.output.write(frame);
  }

  sendMessage(message: ControllerMessage): boolean {
    return this.send(JSON.stringify(message));
  }

  /**
   * Answers an error; too many of them within a minute end the connection (contract section 3).
   * @param retryAfterMs when what it is about may be sent again
   */
  fail(code: WsErrorCode, detail: string, nowMs: number, retryAfterMs?: number): void {
    if (this.state === 'closed') return;
    const error: ControllerMessage = { type: 'error', code, detail };
    this.sendMessage(retryAfterMs === undefined ? error : { ...error, retry_after_ms: retryAfterMs });
    this.errorTimes = this.errorTimes.filter((time) => nowMs - time < ERROR_WINDOW_MS);
    this.errorTimes.push(nowMs);
    if (this.errorTimes.length < MAX_ERRORS_PER_WINDOW) return;
    this.drop('too_many_errors', CLOSE_CODES.tooManyErrors, 'too many errors');
    // What a flood still has in the kernel is not worth reading; the answer to the close is behind it.
    if (this.frameBudget < 1) this.stopReading();
  }

  /**
   * Answers an error unless the same is known from a moment ago: of what a peer sends many times, or has sent
   * already when the first answer comes, one error tells enough, and twenty would end the connection.
   * @param about what it is about; for `quietMs` no other error of it is sent
   */
  failOnce(about: string, quietMs: number, ...error: Parameters<Connection['fail']>): void {
    const nowMs = error[2];
    if (nowMs < (this.quietUntilMs.get(about) ?? 0)) return;
    this.quietUntilMs.set(about, nowMs + quietMs);
    this.fail(...error);
  }

  close(code: number, reason: string): void {
    this.state = 'closed';
    this.isEndedByUs = true;
    this.socket.close(code, reason.slice(0, MAX_REASON));
  }

  /**
   * Ends the connection at once, since the memory of its unfinished message is needed. The close frame goes out before;
   * an answer to it could not be read, since it would come behind the rest of the message.
   */
  giveUpUnfinished(): void {
    this.drop('unfinished', CLOSE_CODES.tryAgainLater, 'too many unfinished messages');
    this.socket.terminate();
  }

  /**
   * Notes how much was read at once. Node reads on as long as there is something, up to 2 MB in one turn of the event
   * loop, and everybody else would wait for what one peer has sent; of a full buffer the rest is left for the next turn.
   */
  tookBytes(count: number): void {
    if (count < READ_BUFFER_BYTES || !this.isReading) return;
    this.socket.pause();
    setImmediate(readOn, this);
  }

  /** See {@link tookBytes}. */
  readOn(): void {
    if (this.isReading) this.socket.resume();
  }

  private stopReading(): void {
    this.isReading = false;
    this.socket.pause();
  }

  /** Closes for what the peer did; the reason goes to the activity and the metrics. */
  private drop(dropReason: DropReason, code: number, reason: string): void {
    if (this.state === 'closed') return;
    this.dropReason = dropReason;
    this.close(code, reason);
  }

  /** Advances this connection's times by one turn of the monitor. */
  tick(timing: GatewayTiming): void {
    const { tickMs } = timing;
    if (this.state === 'closed') {
      this.closingMs += tickMs;
      // The close frame waits behind what is unread, or its answer never comes.
      const patienceMs = this.isReading ? timing.closeTimeoutMs : timing.floodTimeoutMs;
      if (this.closingMs > patienceMs) this.socket.terminate();
      return;
    }
    this.frameBudget = Math.min(FRAME_BURST, this.frameBudget + (FRAMES_PER_SEC * tickMs) / 1000);
    this.ageMs += tickMs;
    if (this.state === 'unregistered' && this.ageMs > timing.registerTimeoutMs) {
      this.drop('not_registered', CLOSE_CODES.registerTimeout, 'register within 10 seconds');
      return;
    }
    if (this.takeLife()) {
      this.silenceMs = 0;
      this.pingsSent = 0;
    } else {
      this.silenceMs += tickMs;
    }
    if (this.silenceMs >= timing.pingAfterSilenceMs + this.pingsSent * timing.pingTimeoutMs)
      this.pingOrGiveUp();
  }

  /** True when the peer lives. While something waits for it only reading counts: a peer may send and never read. */
  private takeLife(): boolean {
    const { wasHeard } = this;
    this.wasHeard = false;
    const hasRead = this.output.takeProgress();
    return this.isCongested ? hasRead : wasHeard;
  }

  private pingOrGiveUp(): void {
    if (this.pingsSent < MISSED_PINGS) {
      this.output.ping();
      this.pingsSent += 1;
      return;
    }
    this.dropReason = this.isCongested ? 'unread' : 'silent';
    // No close handshake: a peer that answers no ping answers no close either.
    this.socket.terminate();
  }
}

/** For `setImmediate`, without a closure for each read. */
function readOn(connection: Connection): void {
  connection.readOn();
}
