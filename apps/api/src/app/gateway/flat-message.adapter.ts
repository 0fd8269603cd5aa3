import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { MAX_FRAME_BYTES } from '@moolai/contracts';
import type { INestApplicationContext } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import type { Logger } from 'pino';
import { WebSocketServer, type WebSocket } from 'ws';
import { Clock } from '../../platform/clock/clock.js';
import { AppError } from '../../platform/errors/app-error.js';
import { errorEnvelope } from '../../platform/errors/envelope.js';
import { answerRaw } from '../../platform/http/raw-answer.js';
import { answerWithoutUpgrade, asksForWebSocket } from '../../platform/http/upgrade-requests.js';
import { UpgradePolicy, type UpgradeRefusal } from './upgrade-policy.js';

/**
 * Nest's ws adapter without its message routing and its upgrades. The routing reads an `event` field, ignores unknown
 * and malformed frames, and spends an Observable per message; the gateway reads the frames itself. Its upgrade listener
 * answers on a socket without an `error` listener, because Node removes its own at `upgrade`, and an unhandled error
 * ends the process.
 */
export class FlatMessageAdapter extends WsAdapter {
  constructor(
    private readonly app: INestApplicationContext,
    private readonly pino: Logger,
  ) {
    super(app);
  }

  override create(_port: number, _options?: object): WebSocketServer {
    const server = new WebSocketServer({
      noServer: true,
      maxPayload: MAX_FRAME_BYTES,
      // Compression needs a context per connection and saves nothing on such small frames.
      perMessageDeflate: false,
      skipUTF8Validation: false,
      // The gateway answers pings itself, at the peer's reading speed.
      autoPong: false,
    });
    this.bindErrorHandler(server);
    const policy = this.app.get(UpgradePolicy, { strict: false });
    const http = this.httpServer as Server;
    http.on('upgrade', (request, socket, head) => {
      // First of all: from here on, this process must handle every error of the socket.
      socket.on('error', (error) => {
        this.pino.debug(`upgrading socket: ${error.message}`);
        socket.destroy();
      });
      try {
        if (asksForWebSocket(request)) this.upgrade(server, policy, request, socket, head);
        else answerWithoutUpgrade(http, request, socket, head);
      } catch (error) {
        this.pino.error({ err: error }, 'an upgrade failed');
        socket.destroy();
      }
    });
    // Upgrades that the policy accepts and ws rejects, for example with a malformed list of subprotocols.
    server.on('wsClientError', (error, socket) => {
      this.refuse(socket, { status: 400, type: 'validation_error', detail: `${error.message}.` });
    });
    return server;
  }

  override bindMessageHandlers(): void {
    // The gateway listens itself; see the class.
  }

  private upgrade(
    server: WebSocketServer,
    policy: UpgradePolicy,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): void {
    const refusal = policy.refuse(request);
    if (refusal) {
      const { status, detail } = refusal;
      this.pino.debug({ remote_address: policy.addressOf(request), status }, `upgrade refused: ${detail}`);
      this.refuse(socket, refusal);
      return;
    }
    server.handleUpgrade(request, socket, head, (connection) =>
      server.emit('connection', connection, request),
    );
  }

  private refuse(socket: Duplex, { status, type, detail, headers }: UpgradeRefusal): void {
    const requestId = randomUUID();
    const now = this.app.get(Clock, { strict: false }).now();
    answerRaw(socket, {
      status,
      headers: { ...headers, 'X-Request-Id': requestId },
      body: errorEnvelope(new AppError(type, detail), requestId, now),
    });
  }

  /** A client's fault is not an error of the controller. */
  override bindErrorHandler(server: WebSocketServer): WebSocketServer {
    server.on('connection', (socket: WebSocket) => {
      socket.on('error', (error) => this.pino.debug(`orchestrator socket: ${error.message}`));
    });
    server.on('error', (error) => this.pino.error({ err: error }, 'WebSocket server'));
    return server;
  }
}
