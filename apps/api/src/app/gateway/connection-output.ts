import { WebSocket } from 'ws';

/**
 * Output of one connection. While the peer has unread output, only necessary frames are added: only the newest ping is
 * answered, and configurations and messages wait with their senders.
 */
export class ConnectionOutput {
  /** The newest unanswered ping. */
  private heldPing: Buffer | undefined;
  private willAnswer = false;
  private onDrained: (() => void) | undefined;
  private hasMoved = false;

  /** @param limitBytes unread bytes at which `onOverflow` is called */
  constructor(
    private readonly socket: WebSocket,
    private readonly limitBytes: number,
    private readonly onOverflow: () => void,
  ) {}

  /** Bytes in this process that the kernel did not accept because the peer does not read. */
  get unreadBytes(): number {
    return this.socket.bufferedAmount;
  }

  get isCongested(): boolean {
    return this.unreadBytes > 0;
  }

  /** Writes one text frame; false if the socket is no longer open. */
  write(frame: string): boolean {
    if (this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(frame, this.written);
    if (this.unreadBytes > this.limitBytes) this.onOverflow();
    return true;
  }

  ping(): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.ping('', false, this.written);
  }

  /**
   * Answers a ping in the next turn, or once all earlier output is read; only the newest of several (RFC 6455, section
   * 5.5.3), so that a flood of pings costs one pong per turn.
   */
  pong(payload: Buffer): void {
    this.heldPing = payload;
    if (this.willAnswer) return;
    this.willAnswer = true;
    setImmediate(answerPing, this);
  }

  /** See {@link pong}. */
  answerPing(): void {
    const { heldPing } = this;
    this.willAnswer = false;
    if (!heldPing) return;
    if (this.isCongested) {
      // A copy, because the slice would keep a whole read buffer alive.
      this.heldPing = Buffer.from(heldPing);
      return;
    }
    this.heldPing = undefined;
    if (this.socket.readyState === WebSocket.OPEN) this.socket.pong(heldPing, false, this.written);
  }

  /** Calls the listener once, when no output is waiting. A new listener replaces the previous one. */
  whenDrained(listener: () => void): void {
    this.onDrained = listener;
  }

  /** True if the peer has read something since the last call. */
  checkProgress(): boolean {
    const { hasMoved } = this;
    this.hasMoved = false;
    return hasMoved;
  }

  /** Drops waiting output. */
  end(): void {
    this.heldPing = undefined;
    this.onDrained = undefined;
  }

  private readonly written = (error?: Error | null): void => {
    if (error) return;
    this.hasMoved = true;
    if (this.isCongested) return;
    const { onDrained } = this;
    this.onDrained = undefined;
    this.answerPing();
    onDrained?.();
  };
}

/** For `setImmediate`: a closure per ping would cost more than the ping. */
function answerPing(output: ConnectionOutput): void {
  output.answerPing();
}
