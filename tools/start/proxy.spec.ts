import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort, waitUntil } from '@moolai/testing';
import { WebSocket, WebSocketServer } from 'ws';
import { Proxy } from './proxy.mjs';

const HOST = '127.0.0.1';

/** A stand-in for an instance: it answers with its name, or breaks off. */
class Backend {
  isReady = true;
  breaksOff = false;
  readonly bodies: string[] = [];
  private readonly server: Server;

  constructor(name: string) {
    this.server = createServer((request, response) => {
      if (request.url === '/health/ready') {
        response.writeHead(this.isReady ? 200 : 503).end('{}');
        return;
      }
      if (this.breaksOff) {
        request.socket.destroy();
        return;
      }
      let body = '';
      request.on('data', (data: Buffer) => (body += data.toString()));
      request.on('end', () => {
        this.bodies.push(body);
        response.end(`${name} for ${String(request.headers['x-forwarded-for'])} at ${request.headers.host}`);
      });
    });
    const sockets = new WebSocketServer({ server: this.server });
    sockets.on('connection', (socket) => socket.send(name));
  }

  async start(): Promise<{ host: string; port: number; isReady: boolean }> {
    await new Promise<void>((resolve) => this.server.listen(0, HOST, resolve));
    return { host: HOST, port: (this.server.address() as AddressInfo).port, isReady: false };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

describe('the proxy of npm start -- --instances', () => {
  let one: Backend;
  let two: Backend;
  let proxy: Proxy;
  let address: string;

  beforeEach(async () => {
    [one, two] = [new Backend('one'), new Backend('two')];
    proxy = new Proxy();
    proxy.targets = [await one.start(), await two.start()];
    address = `${HOST}:${await proxy.listen(0, HOST)}`;
    await proxy.check();
  });

  afterEach(async () => {
    await proxy.close();
    await Promise.all([one.stop(), two.stop()]);
  });

  async function ask(method = 'GET', body?: string): Promise<{ status: number; name: string; text: string }> {
    const response = await fetch(`http://${address}/a`, { method, ...(body === undefined ? {} : { body }) });
    const text = await response.text();
    return { status: response.status, name: text.split(' ')[0] ?? '', text };
  }

  async function names(count: number): Promise<string[]> {
    const found: string[] = [];
    for (let index = 0; index < count; index += 1) found.push((await ask()).name);
    return found.sort();
  }

  it('asks the instances in turn, and says for whom and under which name', async () => {
    expect(await names(4)).toEqual(['one', 'one', 'two', 'two']);
    expect((await ask()).text).toContain(`for ${HOST} at ${address}`);
  });

  it('hands on a body as it is', async () => {
    const body = 'x'.repeat(300_000);
    expect((await ask('POST', body)).status).toBe(200);
    expect([...one.bodies, ...two.bodies]).toEqual([body]);
  });

  it('opens WebSockets in turn', async () => {
    const open = (): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(`ws://${address}/ws`);
        socket.once('error', reject).once('message', (data: Buffer) => {
          resolve(data.toString());
          socket.close();
        });
      });
    expect([await open(), await open()].sort()).toEqual(['one', 'two']);
  });

  it('passes over an instance that refuses connections, also for what changes something', async () => {
    await one.stop();
    expect(await names(4)).toEqual(['two', 'two', 'two', 'two']);
    expect((await ask('POST', 'a')).name).toBe('two');
    expect((await ask('POST', 'b')).name).toBe('two');
  });

  it('asks another one if the instance ends during a request that only reads', async () => {
    one.breaksOff = true;
    expect(await names(4)).toEqual(['two', 'two', 'two', 'two']);
    const changes = [await ask('POST', 'a'), await ask('POST', 'b')];
    expect(changes.map(({ status }) => status).sort()).toEqual([200, 503]);
    expect(two.bodies.filter((body) => body !== '')).toHaveLength(1);
  });

  it('sends nothing to an instance that is not ready, and finds it again', async () => {
    one.isReady = false;
    await waitUntil('it is noticed', () => !proxy.targets[0]?.isReady);
    expect(await names(3)).toEqual(['two', 'two', 'two']);
    one.isReady = true;
    await waitUntil('it is found', () => proxy.targets[0]?.isReady);
    expect(await names(2)).toEqual(['one', 'two']);
  });

  it('answers 503 in the envelope while there is no instance', async () => {
    proxy.targets = [{ host: HOST, port: await freePort(), isReady: true }];
    const { status, text } = await ask();
    expect(status).toBe(503);
    expect(JSON.parse(text)).toMatchObject({ success: false, error: 'unavailable' });
  });
});
