import { WebSocket } from 'ws';

/**
 * What is written to one connection. As long as something waits for the peer to read, only what cannot be held back is
 * added: pings are answered once, for the newest of them, and configurations and messages wait with their senders.
 */
export class ConnectionOutput {
  /** The newest ping that is not answered yet. */
  private heldPing: Buffer | undefined;
  private willAnswer = false;
  private onDrained: (() => void) | undefined;
  private hasMoved = false;

  /**
   * @param limitBytes unread bytes at which `onOverflow` is called
   */
  constructor(
    private readonly socket: WebSocket,
    private readonly limitBytes: number,
    private readonly onOverflow: () => void,
  ) {}

  /** Bytes that this process holds, since the kernel has no room for them: the peer does not read. */
  get unreadBytes(): number {
    return this.socket.bufferedAmount;
  }

  get isCongested(): boolean {
    return this.unreadBytes > 0;
  }

  /** Writes one text frame; false when the socket is not open any more. */
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
   * Answers a ping in the next turn, or when everything before it is read; of several only the newest (RFC 6455,
   * section 5.5.3): a flood of pings costs one pong a turn.
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
      // A copy: the original is a slice that would keep a whole read buffer alive.
      this.heldPing = Buffer.from(heldPing);
      return;
    }
    this.heldPing = undefined;
    if (this.socket.readyState === WebSocket.OPEN) this.socket.pong(heldPing, false, this.written);
  }

  /** Calls once, when nothing waits any more. A newer listener takes the place of an older one. */
  whenDrained(listener: () => void): void {
    this.onDrained = listener;
  }

  /** True when the peer has taken something since the last call. */
  takeProgress(): boolean {
    const { hasMoved } = this;
    this.hasMoved = false;
    return hasMoved;
  }

  /** Lets go of what waits. */
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

/** For `setImmediate`: a closure for each ping would cost more than the ping. */
function answerPing(output: ConnectionOutput): void {
  output.answerPing();
}
