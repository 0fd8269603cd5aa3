import type { IncomingMessage } from 'node:http';
import { MAX_FRAME_BYTES } from '@moolai/contracts';
import type { INestApplicationContext } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import type { Logger } from 'pino';
import type { VerifyClientCallbackAsync, WebSocket, WebSocketServer } from 'ws';
import { UpgradePolicy } from './upgrade-policy.js';

/**
 * Nest's ws adapter without its message routing: that one routes on an `event` field, answers unknown
 * and malformed frames with silence, and spends an Observable on each message. The gateway reads the
 * frames itself.
 */
export class FlatMessageAdapter extends WsAdapter {
  constructor(
    private readonly app: INestApplicationContext,
    private readonly pino: Logger,
  ) {
    super(app);
  }

  override create(port: number, options: Record<string, unknown> = {}): WebSocketServer {
    const policy = this.app.get(UpgradePolicy, { strict: false });
    const verifyClient: VerifyClientCallbackAsync = ({ req }, answer) => this.verify(policy, req, answer);
    return super.create(port, {
      ...options,
      verifyClient,
      maxPayload: MAX_FRAME_BYTES,
      // Compression costs a context each and saves nothing on frames as small as these.
      perMessageDeflate: false,
      skipUTF8Validation: false,
    }) as WebSocketServer;
  }

  override bindMessageHandlers(): void {
    // The gateway listens itself; see the class.
  }

  private verify(
    policy: UpgradePolicy,
    request: IncomingMessage,
    answer: Parameters<VerifyClientCallbackAsync>[1],
  ): void {
    const refusal = policy.refuse(request);
    if (!refusal) {
      answer(true);
      return;
    }
    const { status, reason, headers } = refusal;
    this.pino.debug({ remote_address: policy.addressOf(request), status }, `upgrade refused: ${reason}`);
    answer(false, status, reason, headers);
  }

  /** A client's fault is not an error of the controller's. */
  override bindErrorHandler(server: WebSocketServer): WebSocketServer {
    server.on('connection', (socket: WebSocket) => {
      socket.on('error', (error) => this.pino.debug(`orchestrator socket: ${error.message}`));
    });
    server.on('error', (error) => this.pino.error({ err: error }, 'WebSocket server'));
    return server;
  }
}
