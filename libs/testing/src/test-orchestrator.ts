import type { ControllerMessage, OrchestratorMessage } from '@moolai/contracts';
import { WebSocket, type ClientOptions } from 'ws';
import { waitUntil } from './wait-until.js';

/** A message from the controller by its type. */
export type MessageOf<T extends ControllerMessage['type']> = Extract<ControllerMessage, { type: T }>;

/** How a connection ended. */
export interface Closed {
  code: number;
  reason: string;
}

/**
 * A hand-written peer: it sends exactly what a test says and keeps all answers. It does not use the client library,
 * which could hide faults of the controller.
 */
export class TestOrchestrator {
  /** Received messages that no call of {@link next} has returned yet, oldest first. */
  readonly inbox: ControllerMessage[] = [];
  pings = 0;
  private closed: Closed | undefined;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) =>
      this.inbox.push(JSON.parse(data.toString('utf8')) as ControllerMessage),
    );
    socket.on('ping', () => (this.pings += 1));
    socket.on('close', (code, reason) => (this.closed = { code, reason: reason.toString('utf8') }));
    socket.on('error', () => undefined);
  }

  /** Opens a connection without registering. */
  static async connect(url: string, options: ClientOptions = {}): Promise<TestOrchestrator> {
    const orchestrator = new TestOrchestrator(new WebSocket(url, options));
    await waitUntil(
      'the socket opens',
      () => orchestrator.socket.readyState === WebSocket.OPEN || orchestrator.closed,
    );
    return orchestrator;
  }

  /** Sends a frame: an object as JSON, a string or bytes unchanged. */
  send(frame: OrchestratorMessage | Record<string, unknown> | string | Buffer): void {
    const isRaw = typeof frame === 'string' || Buffer.isBuffer(frame);
    this.socket.send(isRaw ? frame : JSON.stringify(frame));
  }

  /** Removes and returns the next message of a type, waiting for it. */
  async next<T extends ControllerMessage['type']>(type: T, patienceMs?: number): Promise<MessageOf<T>> {
    const index = await waitUntil(
      `"${type}" comes; came: ${JSON.stringify(this.inbox)}`,
      () => this.inbox.findIndex((message) => message.type === type) + 1,
      patienceMs,
    );
    return this.inbox.splice(index - 1, 1)[0] as MessageOf<T>;
  }

  /** Registers and returns the accepted handshake. */
  async register(
    orchestratorId: string,
    more: Record<string, unknown> = {},
  ): Promise<Extract<MessageOf<'handshake_ack'>, { success: true }>> {
    this.send({ type: 'register', orchestrator_id: orchestratorId, ...more });
    const answer = await this.next('handshake_ack');
    if (!answer.success) throw new Error(`refused: ${answer.error} ${answer.detail}`);
    return answer;
  }

  /** Sends a heartbeat. */
  beat(orchestratorId: string, more: Record<string, unknown> = {}): void {
    this.send({ type: 'i_am_alive', orchestrator_id: orchestratorId, ...more });
  }

  /** Waits until the connection is closed. */
  untilClosed(): Promise<Closed> {
    return waitUntil('the connection is closed', () => this.closed);
  }

  get isOpen(): boolean {
    return this.closed === undefined;
  }

  /** Closes the connection with a close handshake, and waits for it. */
  async close(): Promise<void> {
    this.socket.close(1000);
    await this.untilClosed();
  }

  /** Ends the connection without a handshake, as a crash would. */
  crash(): void {
    this.socket.terminate();
  }

  /** Stops reading, so that pings are not answered, like a peer that has vanished. */
  freeze(): void {
    this.socket.pause();
  }
}
