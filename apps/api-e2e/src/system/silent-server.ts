import { createServer, type Server, type ServerResponse } from 'node:http';
import { WebSocketServer } from 'ws';

/** An upstream that says what a test wants it to say, and is silent otherwise: nothing of it helps nginx. */
export class SilentServer {
  /** Streams of events that were begun, in that order. */
  readonly streams: ServerResponse[] = [];
  private readonly server: Server;
  private readonly sockets: WebSocketServer;

  private constructor() {
    this.server = createServer(({ url }, response) => {
      if (url?.endsWith('/events')) this.begin(response);
      else if (!url?.endsWith('/silent')) response.end('pong');
    });
    this.sockets = new WebSocketServer({ server: this.server, path: '/ws' });
    this.sockets.on('connection', (socket) =>
      socket.on('message', (data: Buffer) => socket.send(data.toString())),
    );
  }

  static async start(): Promise<SilentServer> {
    const silent = new SilentServer();
    await new Promise<void>((resolve) => silent.server.listen(0, '127.0.0.1', resolve));
    return silent;
  }

  get port(): number {
    return (this.server.address() as { port: number }).port;
  }

  /** How many bytes of a stream nobody has taken yet. */
  static waiting(stream: ServerResponse): number {
    return stream.writableLength + (stream.socket?.writableLength ?? 0);
  }

  async stop(): Promise<void> {
    this.sockets.close();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private begin(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: ready\ndata: {}\n\n');
    this.streams.push(response);
  }
}
