import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { waitUntil } from '@moolai/testing';
import type { OrchestratorClientOptions } from './client-options.js';
import type { OrchestratorClient } from './orchestrator-client.js';
import { ClientBench } from './testing/client-bench.js';
import { ManualTimers } from './testing/manual-timers.js';
import { ScriptedController } from './testing/scripted-controller.js';

const FLEET = 20;
/** The first address of a list comes first. */
const IN_ORDER = { random: () => 0 };

function idsAt(controller: ScriptedController): string[] {
  return controller.ofType('register').map(({ orchestrator_id: id }) => id);
}

describe('OrchestratorClient with two controllers', () => {
  let bench: ClientBench;
  let first: ScriptedController;
  let second: ScriptedController;

  beforeEach(async () => {
    bench = await ClientBench.open();
    first = bench.controller;
    second = new ScriptedController();
    await second.listen();
  });

  afterEach(async () => {
    await bench.dispose();
    await second.close();
  });

  function start(options: Partial<OrchestratorClientOptions> = {}): OrchestratorClient {
    return bench.start({ url: [first.url, second.url], ...options });
  }

  /** Clients whose random numbers are spread evenly. */
  async function fleet(): Promise<OrchestratorClient[]> {
    const clients = Array.from({ length: FLEET }, (_, index) =>
      start({ orchestratorId: `orch-${index}`, random: () => (index + 0.5) / FLEET, setTimer: setTimeout }),
    );
    await waitUntil('all are connected', () => clients.every((client) => client.isConnected));
    return clients;
  }

  it('spreads a fleet over both', async () => {
    await fleet();
    expect(idsAt(first)).toHaveLength(FLEET / 2);
    expect(idsAt(second)).toHaveLength(FLEET / 2);
  });

  it('moves the clients of one that died to the other, with what they have to send', async () => {
    const clients = await fleet();
    const lost = first.url;
    const moving = clients.filter(({ url }) => url === lost);
    const ids = idsAt(first).sort();
    await first.close();
    await waitUntil('the ends are seen', () => bench.ends.length === moving.length);
    expect(bench.ends.every(({ url }) => url === lost)).toBe(true);
    const stored = moving.map((client) => client.report({ metrics: {} }));
    await Promise.all(stored);
    expect(idsAt(second).slice(-moving.length).sort()).toEqual(ids);
    expect(second.stored).toHaveLength(moving.length);
    expect(clients.every((client) => client.isConnected && client.url === second.url)).toBe(true);
    // The clients of the living one were left alone.
    expect(idsAt(second)).toHaveLength(FLEET);
  });

  it('comes back to the first one when the second one dies too', async () => {
    const client = start(IN_ORDER);
    const { port } = first;
    await waitUntil('it is connected', () => client.isConnected);
    await first.close();
    await waitUntil('it is at the second one', () => idsAt(second).length === 1);
    const again = new ScriptedController();
    await again.listen(port);
    await second.close();
    await waitUntil('it is at the first one', () => idsAt(again).length === 1);
    await again.close();
  });

  it('waits with full jitter between the addresses as between attempts at one', async () => {
    first.answer = () => [];
    second.answer = () => [];
    // 0.3 puts the first address first, and is the share of each bound.
    start({ random: () => 0.3 });
    for (const [index, controller] of [first, second, first, second].entries()) {
      await waitUntil('it registers', () => controller.ofType('register').length > index / 2);
      controller.cut();
      await waitUntil('the close is seen', () => bench.ends.length > index);
    }
    expect(bench.ends.map(({ reconnectInMs }) => reconnectInMs)).toEqual([300, 600, 1_200, 2_400]);
    expect(bench.ends.map(({ url }) => url)).toEqual([first.url, second.url, first.url, second.url]);
  });

  it.each([
    ['unauthorized', 4401],
    ['quarantined', 4403],
  ])('waits for long after %s, wherever it goes on', async (error, code) => {
    const refusal = { type: 'handshake_ack', success: false, error, detail: 'no' };
    for (const controller of [first, second]) controller.answer = () => [refusal];
    start({ ...IN_ORDER, token: 'moc_1' });
    await waitUntil('the first one refuses it', () => first.ofType('register').length === 1);
    first.sockets[0]?.close(code);
    await waitUntil('the second one refuses it', () => second.ofType('register').length === 1);
    expect(bench.ends).toMatchObject([{ code, reconnectInMs: 60_000, url: first.url }]);
  });

  it('waits as long as the goodbye says before it goes to the other', async () => {
    const client = start(IN_ORDER);
    await waitUntil('it is connected', () => client.isConnected);
    first.send({ type: 'goodbye', reason: 'shutdown', reconnect_after_ms: 777 });
    first.sockets[0]?.close(1012);
    await waitUntil('it is at the second one', () => idsAt(second).length === 1);
    expect(bench.ends).toMatchObject([{ code: 1012, reconnectInMs: 777 }]);
  });

  describe('of which one accepts connections and never answers', () => {
    const sockets: Socket[] = [];
    let silent: Server;
    let url: string;

    beforeEach(async () => {
      silent = createServer((socket) => sockets.push(socket.on('error', () => undefined).resume())).listen(
        0,
        '127.0.0.1',
      );
      await once(silent, 'listening');
      url = `ws://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    });

    afterEach(() => {
      for (const socket of sockets.splice(0)) socket.destroy();
      silent.close();
    });

    it('leaves it after a while, closes the connection, and says so once', async () => {
      const problems: string[] = [];
      const client = bench.client({
        ...IN_ORDER,
        url: [url, second.url],
        setTimer: setTimeout,
        answerTimeoutMs: 100,
      });
      client.on('problem', (_, detail) => problems.push(detail));
      client.start();
      await waitUntil('it is connected', () => client.isConnected);
      expect(client.url).toBe(second.url);
      expect(problems).toEqual([`${url} did not answer within 100 ms.`]);
      await waitUntil(
        'the silent one is free',
        () => sockets.length === 1 && sockets[0]?.readyState !== 'open',
      );
    });

    it('gives several addresses 10 s, and a single one as long as silence is allowed', async () => {
      for (const [target, timers] of [
        [
          [url, second.url],
          [10_000, 30_000],
        ],
        [[url], [30_000]],
        [url, [30_000]],
      ] as const) {
        const manual = new ManualTimers();
        const count = sockets.length;
        const client = bench.start({
          ...IN_ORDER,
          url: target,
          setTimer: manual.set,
          silenceTimeoutMs: 60_000,
        });
        await waitUntil('it connects', () => sockets.length > count);
        expect(manual.running).toEqual(timers);
        await client.stop();
        expect(manual.running).toEqual([]);
      }
    });
  });

  it('leaves one that accepts the socket and does not answer the registration', async () => {
    first.answer = () => [];
    const client = start({ ...IN_ORDER, setTimer: setTimeout, answerTimeoutMs: 100 });
    await waitUntil('it is connected', () => client.isConnected);
    expect(idsAt(second)).toHaveLength(1);
  });

  it('keeps a connection whose registration was answered in time', async () => {
    const manual = new ManualTimers();
    const client = start({ ...IN_ORDER, setTimer: manual.set });
    await waitUntil('it is connected', () => client.isConnected);
    expect(manual.running).not.toContain(10_000);
  });
});
