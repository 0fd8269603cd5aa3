import { createServer, request, type Server } from 'node:http';
import { freePort } from '@moolai/testing';

/** A proxy that forwards an answer only when it is complete, as some do, which never happens for an event stream. */
export class BufferingProxy {
  private constructor(
    readonly url: string,
    private readonly server: Server,
  ) {}

  static async start(upstreamPort: number): Promise<BufferingProxy> {
    const server = createServer((incoming, outgoing) => {
      const { method, url: path, headers } = incoming;
      const target = request({ host: '127.0.0.1', port: upstreamPort, method, path, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('end', () => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(Buffer.concat(chunks));
        });
      });
      target.on('error', () => outgoing.destroy());
      outgoing.once('close', () => target.destroy());
      incoming.pipe(target);
    });
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return new BufferingProxy(`http://127.0.0.1:${port}`, server);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
