import { connect, type Socket } from 'node:net';
import type { Target } from '../lib/target.ts';
import { pongFrame } from './frames.ts';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const TEXT = 0x1;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;

/** The server has answered the upgrade with something else. */
export class UpgradeRefused extends Error {
  readonly status: number;
  readonly head: string;

  constructor(head: string) {
    super(head.split('\r\n', 1)[0]);
    this.status = Number(head.slice(9, 12));
    this.head = head;
  }
}

/**
 * A WebSocket client on a bare TCP socket: frames go out as they were built beforehand, and of what comes
 * in only what the benchmark asks for is decoded. Cheap enough for 15,000 of them beside the server.
 */
export class RawSocket {
  /** Called with the text of each message, when set. */
  onText: ((text: string) => void) | undefined;
  onPong: (() => void) | undefined;
  onClose: (() => void) | undefined;
  readonly socket: Socket;
  readonly opened: Promise<void>;
  #rest: Buffer | undefined;

  constructor(target: Target, localAddress: string) {
    this.socket = connect({ host: target.host, port: target.port, localAddress, noDelay: true });
    this.opened = new Promise((resolve, reject) => {
      this.socket.once('connect', () =>
        this.socket.write(
          `GET ${target.path} HTTP/1.1\r\nHost: ${target.host}:${target.port}\r\nUpgrade: websocket\r\n` +
            `Connection: Upgrade\r\nSec-WebSocket-Key: ${KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
        ),
      );
      this.socket.on('error', reject);
      this.socket.on('close', () => {
        reject(new Error('closed before it was open'));
        this.onClose?.();
      });
      let head = '';
      const onHead = (chunk: Buffer): void => {
        head += chunk.toString('latin1');
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        this.socket.off('data', onHead);
        if (!head.startsWith('HTTP/1.1 101')) {
          reject(new UpgradeRefused(head));
          this.socket.destroy();
          return;
        }
        this.socket.on('data', (data: Buffer) => this.#onData(data));
        resolve();
        const rest = Buffer.from(head.slice(end + 4), 'latin1');
        if (rest.length > 0) this.#onData(rest);
      };
      this.socket.on('data', onHead);
    });
  }

  write(bytes: Buffer): boolean {
    return this.socket.write(bytes);
  }

  destroy(): void {
    this.socket.destroy();
  }

  #onData(chunk: Buffer): void {
    let data = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = undefined;
    while (data.length >= 2) {
      let length = (data[1] ?? 0) & 127;
      let start = 2;
      if (length === 126) {
        if (data.length < 4) break;
        length = data.readUInt16BE(2);
        start = 4;
      } else if (length === 127) {
        if (data.length < 10) break;
        length = Number(data.readBigUInt64BE(2));
        start = 10;
      }
      if (data.length < start + length) break;
      this.#onFrame((data[0] ?? 0) & 15, data.subarray(start, start + length));
      data = data.subarray(start + length);
    }
    if (data.length > 0) this.#rest = data;
  }

  #onFrame(opcode: number, payload: Buffer): void {
    if (opcode === TEXT) this.onText?.(payload.toString('utf8'));
    else if (opcode === PING) this.write(pongFrame);
    else if (opcode === PONG) this.onPong?.();
    else if (opcode === CLOSE) this.socket.end();
  }
}
