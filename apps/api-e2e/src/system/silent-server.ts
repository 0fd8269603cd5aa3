import { createServer, type Server, type ServerResponse } from 'node:http';
import { WebSocketServer } from 'ws';

/** A scripted upstream that is otherwise silent and gives nginx no hints. */
export class SilentServer {
  /** Started event streams in order. */
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

  /** Number of unread bytes of a stream. */
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
