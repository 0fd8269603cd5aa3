/** A text frame of a client (RFC 6455, section 5.2): final, masked, with a mask that is not zero. */
const MASK = Buffer.from([0x1f, 0x2e, 0x3d, 0x4c]);

function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const header =
    length < 126
      ? Buffer.from([0x80 | opcode, 0x80 | length])
      : length < 65_536
        ? Buffer.from([0x80 | opcode, 0x80 | 126, length >> 8, length & 255])
        : Buffer.from([
            0x80 | opcode,
            0x80 | 127,
            0,
            0,
            0,
            0,
            length >>> 24,
            (length >> 16) & 255,
            (length >> 8) & 255,
            length & 255,
          ]);
  const masked = Buffer.allocUnsafe(length);
  for (let index = 0; index < length; index += 1)
    masked[index] = (payload[index] ?? 0) ^ (MASK[index & 3] ?? 0);
  return Buffer.concat([header, MASK, masked]);
}

export function textFrame(message: string | object): Buffer {
  return frame(0x1, Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)));
}

export const pingFrame = frame(0x9, Buffer.alloc(0));
export const pongFrame = frame(0xa, Buffer.alloc(0));
export const closeFrame = frame(0x8, Buffer.from([0x03, 0xe8]));

/** As every orchestrator sends it for its whole life. */
export function heartbeatFrame(orchestratorId: string): Buffer {
  return textFrame({ type: 'i_am_alive', orchestrator_id: orchestratorId });
}
