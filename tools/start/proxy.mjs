import { createServer } from 'node:http';
import { connect } from 'node:net';
import { createProxyServer } from 'http-proxy-3';

const CHECK_EVERY_MS = 1_000;
const CHECK_MS = 900;
const CONNECT_MS = 1_000;

/** @typedef {{ host: string, port: number, isReady: boolean }} Target */

function isOpen({ host, port }) {
  return new Promise((resolve) => {
    const socket = connect({ host, port }, () => {
      resolve(true);
      socket.destroy();
    });
    socket.setTimeout(CONNECT_MS, () => socket.destroy());
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(false));
  });
}

async function isReady({ host, port }) {
  try {
    const signal = AbortSignal.timeout(CHECK_MS);
    const response = await fetch(`http://${host}:${port}/health/ready`, { signal });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

function refuse(response) {
  const body = {
    success: false,
    error: 'unavailable',
    detail: 'No controller accepts requests at this moment.',
    timestamp: new Date().toISOString(),
  };
  response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '1' });
  response.end(JSON.stringify(body));
}

/**
 * Spreads requests and WebSockets over the instances in turn, without sticky sessions. One that is not ready gets
 * nothing new, and one that refuses a connection is passed over for the next.
 */
export class Proxy {
  /** @type {Target[]} */
  targets = [];
  /** Apart, so that requests in between do not send all connections to the same one. */
  #next = { request: 0, socket: 0 };
  #proxy = createProxyServer({ xfwd: true });
  #server = createServer((request, response) => void this.#forward(request, response));
  #timer;

  constructor() {
    // Of WebSockets; a request has a callback.
    this.#proxy.on('error', (_error, _request, socket) => socket?.destroy());
    this.#server.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket, head));
    // A browser may keep a connection for the next request longer than Node does by default.
    this.#server.keepAliveTimeout = 65_000;
  }

  /** @returns {Promise<number>} the port */
  async listen(port, host) {
    await new Promise((resolve, reject) => this.#server.once('error', reject).listen(port, host, resolve));
    this.#timer = setInterval(() => void this.check(), CHECK_EVERY_MS);
    return this.#server.address().port;
  }

  /** Asks each instance whether it accepts requests. */
  async check() {
    await Promise.all(
      this.targets.map(async (target) => {
        target.isReady = await isReady(target);
      }),
    );
  }

  async close() {
    clearInterval(this.#timer);
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The next instance that accepts connections; undefined if there is none. */
  async #pick(kind) {
    const { length } = this.targets;
    const inTurn = this.targets.map((_, index) => this.targets[(this.#next[kind] + index) % length]);
    this.#next[kind] += 1;
    // Those that were not ready come last: without a better one they are worth a try.
    const order = [...inTurn.filter((one) => one.isReady), ...inTurn.filter((one) => !one.isReady)];
    for (const target of order) {
      if (await isOpen(target)) return `http://${target.host}:${target.port}`;
      target.isReady = false;
    }
    return undefined;
  }

  async #forward(request, response, attempt = 1) {
    const target = await this.#pick('request');
    if (target === undefined) {
      refuse(response);
      return;
    }
    this.#proxy.web(request, response, { target }, () => {
      // The instance ended during the request. What only reads may be asked again.
      const isRepeatable = request.method === 'GET' || request.method === 'HEAD';
      if (response.headersSent) response.destroy();
      else if (isRepeatable && attempt <= this.targets.length)
        void this.#forward(request, response, attempt + 1);
      else refuse(response);
    });
  }

  async #upgrade(request, socket, head) {
    socket.on('error', () => socket.destroy());
    const target = await this.#pick('socket');
    if (target === undefined) socket.destroy();
    else this.#proxy.ws(request, socket, head, { target });
  }
}
