import { connect, createServer, type Server, type Socket } from 'node:net';
import { Transform, type TransformCallback } from 'node:stream';

/** Passes everything on after the same time, so in order. */
class Delay extends Transform {
  constructor(private readonly ms: number) {
    super();
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    setTimeout(() => this.push(chunk), this.ms);
    done();
  }

  override _flush(done: TransformCallback): void {
    setTimeout(done, this.ms);
  }
}

/** A port that forwards to another one, as far away as another region. */
export class DistantLink {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  /** @param oneWayMs how long data travels, in each direction */
  static async to(port: number, oneWayMs: number): Promise<DistantLink> {
    const server = createServer({ noDelay: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const link = new DistantLink(server, (server.address() as { port: number }).port);
    server.on('connection', (inbound) => {
      const outbound = connect({ port, host: '127.0.0.1', noDelay: true });
      for (const [from, to] of [
        [inbound, outbound],
        [outbound, inbound],
      ] as const) {
        link.sockets.add(from);
        from.on('error', () => to.destroy());
        from.once('close', () => link.sockets.delete(from));
        from.pipe(new Delay(oneWayMs)).pipe(to);
      }
    });
    return link;
  }

  /** Nothing passes any more, and nothing is closed: as if the line was cut. */
  cut(): void {
    for (const socket of this.sockets) socket.pause().unpipe();
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
