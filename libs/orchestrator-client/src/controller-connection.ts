import type { ControllerMessage, OrchestratorMessage } from '@moolai/contracts';
import { WebSocket } from 'ws';
import type { TlsOptions } from './client-options.js';
import { parseControllerMessage } from './controller-frame.js';
import type { SetTimer } from './timer.js';

const NORMAL_CLOSURE = 1000;

/** Where and how a {@link ControllerConnection} connects. */
export interface ConnectionTarget {
  url: string;
  tls: TlsOptions | undefined;
  /** The connection is given up if the registration is not answered within this time; undefined for no limit. */
  answerTimeoutMs: number | undefined;
  setTimer: SetTimer;
}

/** Callbacks of a {@link ControllerConnection}. */
export interface ConnectionEvents {
  /** The socket is open; the client now sends `register`. */
  opened(connection: ControllerConnection): void;
  /** The controller sent something. */
  alive(): void;
  received(connection: ControllerConnection, message: ControllerMessage): void;
  problem(code: 'connection' | 'not_understood', detail: string): void;
  /** The connection ended with this WebSocket close code. No further callbacks follow. */
  closed(connection: ControllerConnection, code: number, reason: string): void;
}

/**
 * One WebSocket to the controller, from the attempt to its end. Answers go to the connection on which the request
 * arrived, never to a later one.
 */
export class ControllerConnection {
  private readonly socket: WebSocket;
  private registeredAtMs: number | undefined;
  private isLeft = false;
  private isGivenUp = false;
  private answerTimer: NodeJS.Timeout | undefined;
  readonly url: string;

  constructor({ url, tls, answerTimeoutMs, setTimer }: ConnectionTarget, events: ConnectionEvents) {
    this.url = url;
    this.socket = new WebSocket(url, { ...tls, perMessageDeflate: false });
    if (answerTimeoutMs !== undefined) {
      this.answerTimer = setTimer(() => {
        this.isGivenUp = true;
        events.problem('connection', `${url} did not answer within ${answerTimeoutMs} ms.`);
        this.terminate();
      }, answerTimeoutMs);
    }
    this.socket.on('open', () => events.opened(this));
    this.socket.on('message', (data) => {
      events.alive();
      // Without `binaryType`, ws delivers each text frame as one Buffer.
      const message = parseControllerMessage(data as Buffer);
      if (message) events.received(this, message);
      else events.problem('not_understood', 'The controller sent a frame that is not a message.');
    });
    this.socket.on('ping', () => events.alive());
    this.socket.on('pong', () => events.alive());
    this.socket.on('error', (error) => {
      // ws reports that an attempt was given up as an error; the timer has said why.
      if (!this.isGivenUp) events.problem('connection', error.message);
    });
    this.socket.once('close', (code, reason) => {
      clearTimeout(this.answerTimer);
      events.closed(this, code, reason.toString('utf8'));
    });
  }

  /** True from the accepted registration to the end of the connection. */
  get isRegistered(): boolean {
    return this.registeredAtMs !== undefined && this.socket.readyState !== WebSocket.CLOSED;
  }

  /** True after {@link close} was called. */
  get isClosedByUs(): boolean {
    return this.isLeft;
  }

  /** How long it is or was registered, in milliseconds; undefined if it never was. */
  get registeredForMs(): number | undefined {
    return this.registeredAtMs === undefined ? undefined : performance.now() - this.registeredAtMs;
  }

  /** Called when the controller answered the registration, whatever the answer. */
  markAnswered(): void {
    clearTimeout(this.answerTimer);
  }

  /** Called when the controller accepted the registration. */
  markRegistered(): void {
    this.registeredAtMs = performance.now();
  }

  /** Sends a message; returns false if the connection is not open. */
  send(message: OrchestratorMessage): boolean {
    return this.sendFrame(JSON.stringify(message));
  }

  /** Sends serialized JSON; returns false if the connection is not open. */
  sendFrame(frame: string): boolean {
    if (this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(frame);
    return true;
  }

  ping(): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.ping();
  }

  /** Ends the connection immediately, without a close handshake. */
  terminate(): void {
    this.socket.terminate();
  }

  /** Ends the connection with a close handshake. Resolves once it has ended. */
  async close(): Promise<void> {
    this.isLeft = true;
    if (this.socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise<void>((resolve) => this.socket.once('close', () => resolve()));
    if (this.socket.readyState === WebSocket.CONNECTING) this.socket.terminate();
    else this.socket.close(NORMAL_CLOSURE);
    await closed;
  }
}
