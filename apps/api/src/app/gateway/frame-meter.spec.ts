import { FrameMeter } from './frame-meter.js';

interface Part {
  bytes: number;
  /** False for a fragment that others follow. */
  fin?: boolean;
  opcode?: number;
}

/** A client's frame; a mask of zeros changes nothing. */
function frame({ bytes, fin = true, opcode = 1 }: Part): Buffer {
  const first = (fin ? 0x80 : 0) | opcode;
  const length = Buffer.alloc(bytes < 126 ? 0 : bytes < 65_536 ? 2 : 8);
  if (length.length > 0)
    length.writeUIntBE(bytes, Math.max(0, length.length - 6), Math.min(6, length.length));
  const short = [bytes, 0, 126][length.length] ?? 127;
  return Buffer.concat([Buffer.from([first, 0x80 | short]), length, Buffer.alloc(4 + bytes)]);
}

const PING = 9;
const CONTINUATION = 0;

describe('a meter of frames', () => {
  it.each([0, 1, 125, 126, 65_535, 65_536, 262_144])('detects the end of a message of %i bytes', (bytes) => {
    const whole = frame({ bytes });
    const ends = [1, 2, 3, 5, 9, whole.length - 1].filter((end) => end < whole.length);
    for (const end of ends) {
      const meter = new FrameMeter();
      expect(meter.read(whole.subarray(0, end))).toBe(false);
      expect(meter.isUnfinished).toBe(true);
      expect(meter.read(whole.subarray(end))).toBe(true);
      expect(meter.isUnfinished).toBe(false);
    }
  });

  it('follows several messages in one read, the last one incomplete', () => {
    const meter = new FrameMeter();
    const some = Buffer.concat([frame({ bytes: 50 }), frame({ bytes: 300 }), frame({ bytes: 7 })]);
    expect(meter.read(some.subarray(0, -1))).toBe(true);
    expect(meter.isUnfinished).toBe(true);
    expect(meter.read(some.subarray(-1))).toBe(true);
    expect(meter.isUnfinished).toBe(false);
  });

  it('counts a fragmented message as unfinished until its last part, despite pings in between', () => {
    const meter = new FrameMeter();
    expect(meter.read(frame({ bytes: 10, fin: false }))).toBe(false);
    expect(meter.isUnfinished).toBe(true);
    expect(meter.read(frame({ bytes: 4, opcode: PING }))).toBe(false);
    expect(meter.isUnfinished).toBe(true);
    expect(meter.read(frame({ bytes: 10, fin: false, opcode: CONTINUATION }))).toBe(false);
    expect(meter.read(frame({ bytes: 0, opcode: CONTINUATION }))).toBe(true);
    expect(meter.isUnfinished).toBe(false);
  });

  it('does not count a ping between messages as unfinished', () => {
    const meter = new FrameMeter();
    expect(meter.read(frame({ bytes: 4, opcode: PING }))).toBe(false);
    expect(meter.isUnfinished).toBe(false);
  });
});
