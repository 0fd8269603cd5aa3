import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { upgradeRequest } from './raw-websocket.js';

/** A peer that sends the beginning of a request and then stops; it keeps the answers. */
export class UnfinishedPeer {
  private readonly chunks: Buffer[] = [];
  isClosed = false;

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => this.chunks.push(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => (this.isClosed = true));
  }

  /** Connects and sends the beginning of a request. */
  static async begin(port: number, ...beginning: (string | Buffer)[]): Promise<UnfinishedPeer> {
    const socket = connect(port, '127.0.0.1');
    const peer = new UnfinishedPeer(socket);
    await once(socket, 'connect');
    for (const part of beginning) socket.write(part);
    return peer;
  }

  /** Upgrades to a WebSocket and sends the first `bytes` of a frame of 256 KiB. */
  static frame(port: number, bytes: number): Promise<UnfinishedPeer> {
    const head = Buffer.from([0x81, 0x80 | 127, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0]);
    return UnfinishedPeer.begin(port, upgradeRequest(), head, Buffer.alloc(bytes, ' '));
  }

  get answer(): Buffer {
    return Buffer.concat(this.chunks);
  }

  end(): void {
    this.socket.destroy();
  }
}
