import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** How long a refused peer has to read its answer and close. */
const LINGER_MS = 2_000;

/** An answer on a socket detached from the HTTP server. */
export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  body: object;
}

/** Writes an HTTP answer and ends the connection. The socket needs an `error` listener. */
export function answerRaw(socket: Duplex, { status, headers, body }: RawAnswer): void {
  const text = JSON.stringify(body);
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...Object.entries({
      ...headers,
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': String(Buffer.byteLength(text)),
      Connection: 'close',
    }).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`);
  // Closing a socket with unread input resets it, and the peer may lose the answer: read and drop the remaining input.
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
}
