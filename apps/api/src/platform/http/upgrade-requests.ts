import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

/** Headers that only concern the ignored upgrade. */
const UPGRADE_HEADERS = new Set(['upgrade', 'http2-settings']);

/**
 * True if a request asks for a WebSocket, the only protocol offered. A server may ignore all others (RFC 9110, section
 * 7.8): Java's HttpClient and `curl --http2` offer `h2c` with each request.
 */
export function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.trim().toLowerCase() === 'websocket';
}

/**
 * Returns a request to the HTTP server as if it had offered no other protocol. Only needed for Node before 24.9, which
 * lacks `shouldUpgradeCallback` and hands every upgrade to the listener.
 */
export function answerWithoutUpgrade(
  server: Server,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const { method = '', url = '', httpVersion, rawHeaders } = request;
  let text = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (!UPGRADE_HEADERS.has(name.toLowerCase())) text += `${name}: ${rawHeaders[index + 1]}\r\n`;
  }
  socket.unshift(Buffer.concat([Buffer.from(`${text}\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}
