import { MAX_FRAME_BYTES } from '@moolai/contracts';
import { WsAdapter } from '@nestjs/platform-ws';
import type { Logger } from 'pino';
import type { WebSocket, WebSocketServer } from 'ws';

/**
 * Nest's ws adapter without its message routing: that one routes on an `event` field, answers unknown
 * and malformed frames with silence, and spends an Observable on each message. The gateway reads the
 * frames itself.
 */
export class FlatMessageAdapter extends WsAdapter {
  constructor(
    app: ConstructorParameters<typeof WsAdapter>[0],
    private readonly pino: Logger,
  ) {
    super(app);
  }

  override create(port: number, options: Record<string, unknown> = {}): WebSocketServer {
    return super.create(port, {
      ...options,
      maxPayload: MAX_FRAME_BYTES,
      // Compression costs a context each and saves nothing on frames as small as these.
      perMessageDeflate: false,
      skipUTF8Validation: false,
    }) as WebSocketServer;
  }

  override bindMessageHandlers(): void {
    // The gateway listens itself; see the class.
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
