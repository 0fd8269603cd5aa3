import { connect } from 'node:net';
import { pongFrame } from './frames.mjs';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const TEXT = 0x1;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;

/**
 * A WebSocket client on a bare TCP socket: frames go out as they were built beforehand, and of what comes
 * in only what the benchmark asks for is decoded. Cheap enough for 15,000 of them beside the server.
 */
export class RawSocket {
  /** Called with the text of each message, when set. */
  onText;
  onPong;
  onClose;
  #rest = undefined;

  constructor(target, localAddress) {
    this.opened = new Promise((resolve, reject) => {
      this.socket = connect({ host: target.host, port: target.port, localAddress, noDelay: true });
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
      const onHead = (chunk) => {
        head += chunk.toString('latin1');
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        this.socket.off('data', onHead);
        if (!head.startsWith('HTTP/1.1 101')) {
          reject(
            Object.assign(new Error(head.split('\r\n')[0]), { status: Number(head.slice(9, 12)), head }),
          );
          this.socket.destroy();
          return;
        }
        this.socket.on('data', (data) => this.#onData(data));
        resolve(this);
        const rest = Buffer.from(head.slice(end + 4), 'latin1');
        if (rest.length > 0) this.#onData(rest);
      };
      this.socket.on('data', onHead);
    });
  }

  write(bytes) {
    return this.socket.write(bytes);
  }

  destroy() {
    this.socket.destroy();
  }

  #onData(chunk) {
    let data = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = undefined;
    while (data.length >= 2) {
      let length = data[1] & 127;
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
      this.#onFrame(data[0] & 15, data.subarray(start, start + length));
      data = data.subarray(start + length);
    }
    if (data.length > 0) this.#rest = data;
  }

  #onFrame(opcode, payload) {
    if (opcode === TEXT) this.onText?.(payload.toString('utf8'));
    else if (opcode === PING) this.write(pongFrame);
    else if (opcode === PONG) this.onPong?.();
    else if (opcode === CLOSE) this.socket.end();
  }
}
