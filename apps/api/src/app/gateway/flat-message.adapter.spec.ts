import { createServer, type Server } from 'node:http';
import { Duplex } from 'node:stream';
import type { INestApplicationContext } from '@nestjs/common';
import { pino } from 'pino';
import { SystemClock } from '../../platform/clock/clock.js';
import { FlatMessageAdapter } from './flat-message.adapter.js';
import { UpgradePolicy, type UpgradeRefusal } from './upgrade-policy.js';

/** A connection passed to the `upgrade` listener, with Node's own listeners removed. */
class UpgradingSocket extends Duplex {
  written = '';

  override _read(): void {
    // No more input.
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written += chunk.toString('latin1');
    done();
  }
}

describe('FlatMessageAdapter', () => {
  let refusal: UpgradeRefusal | undefined;
  let server: Server;

  beforeEach(() => {
    const policy = { refuse: () => refusal, addressOf: () => '192.0.2.1' };
    const get = (token: unknown): unknown => (token === UpgradePolicy ? policy : new SystemClock());
    server = Object.assign(createServer(), { get });
    new FlatMessageAdapter(server as unknown as INestApplicationContext, pino({ level: 'silent' })).create(0);
  });

  function upgrade(headers: Record<string, string>): UpgradingSocket {
    const socket = new UpgradingSocket();
    const request = { method: 'GET', url: '/ws', httpVersion: '1.1', headers, rawHeaders: [] };
    server.emit('upgrade', request, socket, Buffer.alloc(0));
    return socket;
  }

  it.each<[string, UpgradeRefusal | undefined, Record<string, string>]>([
    ['it refuses', { status: 404, type: 'not_found', detail: 'Nothing here.' }, { upgrade: 'websocket' }],
    ['ws refuses', undefined, { upgrade: 'websocket' }],
    ['it returns to HTTP', undefined, { upgrade: 'h2c' }],
  ])('listens for errors of a connection that %s', async (_, wanted, headers) => {
    refusal = wanted;
    const socket = upgrade(headers);
    expect(socket.listenerCount('error')).toBeGreaterThan(0);
    const isClosed = new Promise((resolve) => socket.once('close', resolve));
    socket.destroy(new Error('the peer is gone'));
    await isClosed;
  });

  it('ends a connection if its own decision throws', () => {
    const socket = new UpgradingSocket();
    server.emit('upgrade', { headers: undefined }, socket, Buffer.alloc(0));
    expect(socket.destroyed).toBe(true);
  });
});
