import { CLOSE_CODES, REGISTER_TIMEOUT_MS } from '@moolai/contracts';
import type { WebSocket } from 'ws';
import { Connection } from './connection.js';
import { DEFAULT_TIMING } from './gateway-timing.js';

describe('a connection that does not register', () => {
  it('has all of its time, although the first turn may come right behind the opening', () => {
    const closes: number[] = [];
    const socket = { close: (code: number) => void closes.push(code) } as WebSocket;
    const connection = new Connection(socket, '127.0.0.1');
    const turns = REGISTER_TIMEOUT_MS / DEFAULT_TIMING.tickMs;
    for (let turn = 0; turn < turns; turn += 1) connection.tick(DEFAULT_TIMING);
    expect(closes).toEqual([]);
    connection.tick(DEFAULT_TIMING);
    expect(closes).toEqual([CLOSE_CODES.registerTimeout]);
  });
});
