import { connect, createServer, type Server, type Socket } from 'node:net';

/** A port that forwards to another one and can simulate network failures. */
export class TcpProxy {
  private readonly pairs = new Set<[Socket, Socket]>();
  private isCutOff = false;

  private constructor(
    private readonly server: Server,
    readonly port: number,
    private target: number,
  ) {}

  static async to(port: number): Promise<TcpProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const proxy = new TcpProxy(server, (server.address() as { port: number }).port, port);
    server.on('connection', (inbound) => proxy.forward(inbound, connect(proxy.target, '127.0.0.1')));
    return proxy;
  }

  /** Forwards new connections to another port; existing ones stay. */
  leadTo(port: number): void {
    this.target = port;
  }

  /** Drops all data on existing connections without closing them. New connections work. */
  swallow(): void {
    for (const [inbound, outbound] of this.pairs) {
      inbound.unpipe(outbound);
      outbound.unpipe(inbound);
      inbound.resume();
      outbound.resume();
    }
  }

  /** Like {@link swallow}, and new connections get no answer either, as if the server had vanished. */
  cutOff(): void {
    this.isCutOff = true;
    this.swallow();
  }

  /** Ends {@link cutOff}: new connections work, and those of the time before are closed. */
  restore(): void {
    this.isCutOff = false;
    for (const pair of this.pairs) for (const socket of pair) socket.destroy();
  }

  /** Closes the port and all its connections. */
  async close(): Promise<void> {
    for (const pair of this.pairs) for (const socket of pair) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private forward(inbound: Socket, outbound: Socket): void {
    const pair: [Socket, Socket] = [inbound, outbound];
    this.pairs.add(pair);
    if (this.isCutOff) inbound.resume();
    else inbound.pipe(outbound).pipe(inbound);
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.once('close', () => {
        this.pairs.delete(pair);
        for (const other of pair) other.destroy();
      });
    }
  }
}
