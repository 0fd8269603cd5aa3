import { randomBytes } from 'node:crypto';

/** The header fields of a WebSocket upgrade, besides `Connection`. */
export const UPGRADE_FIELDS = {
  Upgrade: 'websocket',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version': '13',
};

/** The text of a request that asks for an upgrade. */
export function upgradeRequest(
  start = 'GET /ws',
  fields: Record<string, string> = UPGRADE_FIELDS,
  body = '',
): string {
  const all = { Host: 'controller', Connection: 'Upgrade', ...fields };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${start} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

const OPCODES = { text: 0x81, ping: 0x89 };

/** A masked frame of at most 65,535 bytes (RFC 6455, section 5.2). */
export function maskedFrame(kind: keyof typeof OPCODES, content: string): Buffer {
  const payload = Buffer.from(content);
  const { length } = payload;
  const mask = randomBytes(4);
  const size = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 0xff];
  const masked = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([Buffer.from([OPCODES[kind], ...size]), mask, masked]);
}
