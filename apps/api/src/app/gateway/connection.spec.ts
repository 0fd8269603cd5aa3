import { CLOSE_CODES, MAX_FRAME_BYTES, REGISTER_TIMEOUT_MS } from '@moolai/contracts';
import type { WebSocket } from 'ws';
import { Connection } from './connection.js';
import { DEFAULT_TIMING } from './gateway-timing.js';

const LIMIT_BYTES = 4 * 1024 * 1024;

describe('an unregistered connection', () => {
  it('gets its full time, even if the first turn directly follows the opening', () => {
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

describe('frames behind a registration', () => {
  it('wait, up to 64 frames and 256 KiB', () => {
    const connection = new Connection({} as WebSocket, '127.0.0.1', LIMIT_BYTES);
    const hold = (bytes: number): boolean => connection.defer(Buffer.alloc(bytes));
    for (let count = 0; count < 64; count += 1) expect(hold(1)).toBe(true);
    expect(hold(1)).toBe(false);
    expect(connection.removeDeferred()).toHaveLength(64);
    expect(hold(MAX_FRAME_BYTES)).toBe(true);
    expect(hold(1)).toBe(false);
    expect(connection.removeDeferred()).toHaveLength(1);
  });
});
