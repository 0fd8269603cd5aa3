import type { IncomingMessage } from 'node:http';
import { CLOSE_CODES, ERROR_WINDOW_MS, WS_PATH, type OrchestratorMessage } from '@moolai/contracts';
import { WebSocketGateway, type OnGatewayConnection } from '@nestjs/websockets';
import type { RawData, WebSocket } from 'ws';
import { Clock } from '../../platform/clock/clock.js';
import { HeartbeatPath } from '../live-state/index.js';
import { Admission } from './admission.js';
import { Arrival } from './arrival.js';
import { ConnectionInput } from './connection-input.js';
import type { Connection } from './connection.js';
import { Departure } from './departure.js';
import { parseFrame } from './frame.parser.js';
import { MessageDispatcher } from './message.dispatcher.js';

/** The code that `ws` reports for a connection that ended without a close handshake (RFC 6455, section 7.1.5). */
const ABNORMAL_CLOSURE = 1006;

/** The WebSocket for orchestrators: reads frames, sends answers, and leaves every decision to services. */
@WebSocketGateway({ path: WS_PATH })
export class OrchestratorGateway implements OnGatewayConnection<WebSocket> {
  constructor(
    private readonly arrival: Arrival,
    private readonly admission: Admission,
    private readonly departure: Departure,
    private readonly dispatcher: MessageDispatcher,
    private readonly heartbeats: HeartbeatPath,
    private readonly clock: Clock,
    private readonly input: ConnectionInput,
  ) {}

  handleConnection(socket: WebSocket, request: IncomingMessage): void {
    const connection = this.arrival.open(socket, request);
    socket.on('message', (data, isBinary) => {
      try {
        this.onFrame(connection, data, isBinary);
      } catch (error) {
        // An internal error may end its own connection, but not all others.
        this.dispatcher.failed(connection, error as Error);
      }
    });
    socket.on('ping', (payload) => {
      if (this.isWithinBudget(connection)) connection.pinged(payload);
    });
    socket.on('pong', () => {
      if (this.isWithinBudget(connection)) connection.ponged(this.clock.monotonicMs());
    });
    request.socket.on('data', (chunk: Buffer) => {
      connection.countRead(chunk.length);
      this.input.countRead(connection, chunk);
    });
    // ws answers a protocol error with a close; the close handshake can no longer be read.
    socket.once('error', () => (connection.isEndedByUs = true));
    socket.once('close', (code) => this.onClose(connection, code));
  }

  /** The hot path: most frames repeat the same heartbeat, which must not touch JSON, promises or the database. */
  private onFrame(connection: Connection, data: RawData, isBinary: boolean): void {
    if (!this.isWithinBudget(connection)) return;
    // Without `binaryType`, ws delivers each text frame as one Buffer.
    const bytes = data as Buffer;
    if (connection.entry && connection.isKnownHeartbeat(bytes)) {
      this.heartbeats.process(connection.entry);
      return;
    }
    this.handle(connection, bytes, isBinary);
  }

  private handle(connection: Connection, bytes: Buffer, isBinary: boolean): void {
    const frame = parseFrame(bytes, isBinary);
    if ('code' in frame) {
      connection.fail(frame.code, frame.detail, this.clock.monotonicMs());
      return;
    }
    this.onMessage(connection, frame.message, bytes);
    if (frame.omission !== undefined) {
      connection.failOnce(
        'omission',
        ERROR_WINDOW_MS,
        'invalid_message',
        frame.omission,
        this.clock.monotonicMs(),
      );
      return;
    }
    if (isPlainHeartbeat(connection, frame.message)) connection.rememberHeartbeat(bytes);
  }

  /** Counts a frame of any kind; false if it is to be dropped. */
  private isWithinBudget(connection: Connection): boolean {
    connection.markAlive();
    if (connection.state === 'closed') return false;
    if (connection.spendFrame()) return true;
    connection.fail('rate_limited', 'Too many frames; slow down.', this.clock.monotonicMs());
    return false;
  }

  private onMessage(connection: Connection, message: OrchestratorMessage, bytes: Buffer): void {
    if (connection.state === 'registered' && connection.entry) {
      this.dispatcher.dispatch(connection, connection.entry, message, bytes);
    } else if (connection.state === 'registering') {
      if (!this.input.defer(connection, bytes)) {
        connection.fail('rate_limited', 'Wait for the handshake_ack.', this.clock.monotonicMs());
      }
    } else if (connection.state === 'closed') {
      // Refused or gone: frames behind the registration have no recipient.
    } else if (message.type === 'register') {
      this.register(connection, message, bytes.length).catch((error: Error) =>
        this.dispatcher.failed(connection, error),
      );
    } else {
      connection.fail('not_registered', 'The first message must be "register".', this.clock.monotonicMs());
    }
  }

  private async register(
    connection: Connection,
    message: OrchestratorMessage & { type: 'register' },
    size: number,
  ): Promise<void> {
    await this.admission.admit(connection, message, size);
    const deferred = this.input.removeDeferred(connection);
    for (const bytes of deferred) this.handle(connection, bytes, false);
  }

  private onClose(connection: Connection, code: number): void {
    connection.state = 'closed';
    this.input.ended(connection);
    const { isEndedByUs, dropReason } = connection;
    // The peer answered our close with its code, so it was alive.
    const wasTakenOver = isEndedByUs && code === CLOSE_CODES.replaced;
    const wasAbnormal = (code === ABNORMAL_CLOSURE && !isEndedByUs) || dropReason === 'unread';
    this.departure.leave(connection, wasAbnormal, wasTakenOver);
  }
}

/** Only a heartbeat without other content may be recognized by its bytes. */
function isPlainHeartbeat(connection: Connection, message: OrchestratorMessage): boolean {
  return (
    message.type === 'i_am_alive' &&
    message.health_status === undefined &&
    message.orchestrator_id === connection.entry?.orchestratorId
  );
}
