import { CLOSE_CODES, MAX_FRAME_BYTES, REGISTER_TIMEOUT_MS } from '@moolai/contracts';
import type { WebSocket } from 'ws';
import { Connection } from './connection.js';
import { DEFAULT_TIMING } from './gateway-timing.js';

const LIMIT_BYTES = 4 * 1024 * 1024;

describe('a connection that does not register', () => {
  it('has all of its time, although the first turn may come right behind the opening', () => {
    const closes: number[] = [];
    const socket = { close: (code: number) => void closes.push(code) } as WebSocket;
    const connection = new Connection(socket, '127.0.0.1', LIMIT_BYTES);
    const turns = REGISTER_TIMEOUT_MS / DEFAULT_TIMING.tickMs;
    for (let turn = 0; turn < turns; turn += 1) connection.tick(DEFAULT_TIMING);
    expect(closes).toEqual([]);
    connection.tick(DEFAULT_TIMING);
    expect(closes).toEqual([CLOSE_CODES.registerTimeout]);
  });
});

describe('what comes behind a registration', () => {
  it('waits, up to 64 frames and 256 KiB of them', () => {
    const connection = new Connection({} as WebSocket, '127.0.0.1', LIMIT_BYTES);
    const hold = (bytes: number): boolean => connection.hold(Buffer.alloc(bytes));
    for (let count = 0; count < 64; count += 1) expect(hold(1)).toBe(true);
    expect(hold(1)).toBe(false);
    expect(connection.takeHeld()).toHaveLength(64);
    expect(hold(MAX_FRAME_BYTES)).toBe(true);
    expect(hold(1)).toBe(false);
    expect(connection.takeHeld()).toHaveLength(1);
  });
});
