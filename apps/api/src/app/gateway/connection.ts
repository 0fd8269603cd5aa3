import {
  CLOSE_CODES,
  ERROR_WINDOW_MS,
  MAX_FRAME_BYTES,
  MAX_ERRORS_PER_WINDOW,
  type ControllerMessage,
  type DropReason,
  type WsErrorCode,
} from '@moolai/contracts';
import type { WebSocket } from 'ws';
import type { LiveEntry, OrchestratorLink, Probe } from '../live-state/index.js';
import { ConnectionOutput } from './connection-output.js';
import { FrameMeter } from './frame-meter.js';
import type { GatewayTiming } from './gateway-timing.js';

/** Burst of frames before a connection is slowed down; the second value is the sustained rate. */
const FRAME_BURST = 5_000;
const FRAMES_PER_SEC = 500;
/** Maximum number of frames that wait for the registration before them. */
const MAX_HELD = 64;
/** And their maximum size: one frame. */
const MAX_HELD_BYTES = MAX_FRAME_BYTES;
const MISSED_PINGS = 2;
/** Node's read size for sockets. */
const READ_BUFFER_BYTES = 64 * 1024;
/** WebSocket close reasons have at most 123 bytes (RFC 6455, section 5.5). */
const MAX_REASON = 120;

export type ConnectionState = 'unregistered' | 'registering' | 'registered' | 'closed';

/** One orchestrator's socket and its protocol state. */
export class Connection implements OrchestratorLink {
  private current: ConnectionState = 'unregistered';
  /** Present once registered. */
  entry: LiveEntry | undefined;
  /** True if this side closed, so that a missing close handshake is not the peer's fault. */
  isEndedByUs = false;
  /** Increases with each started registration: of two concurrent ones, the later wins. */
  registrationNumber = 0;
  probe: Probe | null = null;
  /** Set if the gateway ends the connection because of the peer's behaviour. */
  dropReason: DropReason | undefined;
  /** Tracks unfinished messages. */
  readonly meter = new FrameMeter();
  private deferred: Buffer[] = [];
  /** Bytes of frames kept since the registration started, even if the connection has ended. */
  deferredBytes = 0;
  /** Bytes of the last accepted heartbeat: an orchestrator normally repeats them forever. */
  private heartbeatFrame: Buffer | undefined;
  private frameBudget = FRAME_BURST;
  private errorTimes: number[] = [];
  /** Until when an error of {@link failOnce} is not repeated, by subject. */
  private readonly quietUntilMs = new Map<string, number>();
  private wasAlive = true;
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

  /** Changes the state; `closed` is final, whatever was in progress. */
  set state(next: ConnectionState) {
    if (this.current !== 'closed') this.current = next;
    if (next !== 'closed') return;
    this.deferred = [];
    this.output.end();
  }

  /** Records a sign of life, which the next {@link tick} evaluates. */
  markAlive(): void {
    this.wasAlive = true;
  }

  /** Records the answer to a ping. */
  ponged(nowMs: number): void {
    this.markAlive();
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

  /** Uses up one frame of the budget; false if it is exhausted. */
  spendFrame(): boolean {
    if (this.frameBudget < 1) return false;
    this.frameBudget -= 1;
    return true;
  }

  /** Returns a frame to the budget: the peer answered one of our frames, whose number we determine. */
  refundFrame(): void {
    this.frameBudget += 1;
  }

  /** True if these bytes equal the last accepted heartbeat, so that parsing is unnecessary. */
  isKnownHeartbeat(data: Buffer): boolean {
    return this.heartbeatFrame !== undefined && this.heartbeatFrame.equals(data);
  }

  rememberHeartbeat(data: Buffer): void {
    // A copy, because the slice would keep a whole read buffer alive.
    this.heartbeatFrame = Buffer.from(data);
  }

  /** Keeps a frame until the registration is answered; false if too many wait. */
  defer(bytes: Buffer): boolean {
    if (this.deferred.length >= MAX_HELD || this.state === 'closed') return false;
    if (this.deferredBytes + bytes.length > MAX_HELD_BYTES) return false;
    this.deferredBytes += bytes.length;
    // A copy, because the slice would keep a whole read buffer alive. Bytes take half as much memory as the parsed
    // message.
    this.deferred.push(Buffer.from(bytes));
    return true;
  }

  removeDeferred(): Buffer[] {
    this.deferredBytes = 0;
    return this.deferred.splice(0);
  }

  send(frame: string): boolean {
    return this.output.write(frame);
  }

  sendMessage(message: ControllerMessage): boolean {
    return this.send(JSON.stringify(message));
  }

  /**
   * Answers an error; too many of them within a minute end the connection (contract section 3).
   * @param retryAfterMs when the refused message may be sent again
   */
  fail(code: WsErrorCode, detail: string, nowMs: number, retryAfterMs?: number): void {
    if (this.state === 'closed') return;
    const error: ControllerMessage = { type: 'error', code, detail };
    this.sendMessage(retryAfterMs === undefined ? error : { ...error, retry_after_ms: retryAfterMs });
    this.errorTimes = this.errorTimes.filter((time) => nowMs - time < ERROR_WINDOW_MS);
    this.errorTimes.push(nowMs);
    if (this.errorTimes.length < MAX_ERRORS_PER_WINDOW) return;
    this.drop('too_many_errors', CLOSE_CODES.tooManyErrors, 'too many errors');
    // Unread input of a flood is not worth reading; the close answer is behind it.
    if (this.frameBudget < 1) this.stopReading();
  }

  /**
   * Answers an error unless the same was sent recently: for a repeated or pipelined mistake one error is enough, and
   * twenty would end the connection.
   * @param about the subject; no other error about it is sent for `quietMs`
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
   * Ends the connection immediately, to free the memory of its unfinished message. Sends a close frame first; its
   * answer could not be read behind the rest of the message.
   */
  dropUnfinished(): void {
    this.drop('unfinished', CLOSE_CODES.tryAgainLater, 'too many unfinished messages');
    this.socket.terminate();
  }

  /**
   * Records the size of a read. Node keeps reading while there is data, up to 2 MB in one turn of the event loop, and
   * all others would wait for one peer; after a full buffer the rest is left for the next turn.
   */
  countRead(count: number): void {
    if (count < READ_BUFFER_BYTES || !this.isReading) return;
    this.socket.pause();
    setImmediate(readOn, this);
  }

  /** See {@link countRead}. */
  readOn(): void {
    if (this.isReading) this.socket.resume();
  }

  private stopReading(): void {
    this.isReading = false;
    this.socket.pause();
  }

  /** Closes because of the peer's behaviour; the reason goes to the activity and the metrics. */
  private drop(dropReason: DropReason, code: number, reason: string): void {
    if (this.state === 'closed') return;
    this.dropReason = dropReason;
    this.close(code, reason);
  }

  /** Advances this connection's timers by one turn of the monitor. */
  tick(timing: GatewayTiming): void {
    const { tickMs } = timing;
    if (this.state === 'closed') {
      this.closingMs += tickMs;
      // The close frame waits behind unread output, or its answer never arrives.
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
    if (this.checkLife()) {
      this.silenceMs = 0;
      this.pingsSent = 0;
    } else {
      this.silenceMs += tickMs;
    }
    if (this.silenceMs >= timing.pingAfterSilenceMs + this.pingsSent * timing.pingTimeoutMs)
      this.pingOrGiveUp();
  }

  /**
   * True if the peer is alive. With unread output only reading counts, because a peer may send without ever reading.
   */
  private checkLife(): boolean {
    const { wasAlive } = this;
    this.wasAlive = false;
    const hasRead = this.output.checkProgress();
    return this.isCongested ? hasRead : wasAlive;
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

/** For `setImmediate`, without a closure per read. */
function readOn(connection: Connection): void {
  connection.readOn();
}
