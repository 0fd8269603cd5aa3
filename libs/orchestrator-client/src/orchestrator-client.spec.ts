import { waitUntil } from '@moolai/testing';
import { OrchestratorClient } from './orchestrator-client.js';
import { ClientBench } from './testing/client-bench.js';
import { ManualTimers } from './testing/manual-timers.js';
import { accepted, ScriptedController } from './testing/scripted-controller.js';
import { CERTIFICATE, KEY } from './testing/self-signed.js';

describe('OrchestratorClient', () => {
  let bench: ClientBench;
  let controller: ScriptedController;

  beforeEach(async () => {
    bench = await ClientBench.open();
    ({ controller } = bench);
  });

  afterEach(() => bench.dispose());

  it('registers with all configured fields', async () => {
    bench.start({
      setTimer: setTimeout,
      organizationId: 'org-7',
      name: 'N',
      version: '1.0',
      labels: { a: 'b' },
      features: { f: true },
      metadata: { m: 1 },
      token: 't',
      onMessage: () => undefined,
    });
    await waitUntil('it registers', () => controller.received.length > 0);
    expect(controller.received[0]).toEqual({
      type: 'register',
      orchestrator_id: 'orch-1',
      organization_id: 'org-7',
      name: 'N',
      version: '1.0',
      labels: { a: 'b' },
      features: { f: true },
      metadata: { m: 1 },
      token: 't',
      capabilities: ['message_ack'],
    });
  });

  it('sends heartbeats with its health at the interval that the controller sets', async () => {
    bench.start({ setTimer: setTimeout, health: () => ({ status: 'ok', load: 1 }) });
    await waitUntil('three heartbeats arrived', () => controller.ofType('i_am_alive').length >= 3);
    expect(controller.ofType('i_am_alive')[0]).toEqual({
      type: 'i_am_alive',
      orchestrator_id: 'orch-1',
      health_status: { status: 'ok', load: 1 },
    });
  });

  it('sends heartbeats even if reading its health fails', async () => {
    bench.start({
      setTimer: setTimeout,
      health: () => {
        throw new Error('no idea');
      },
    });
    await waitUntil('two heartbeats arrived', () => controller.ofType('i_am_alive').length >= 2);
    expect(controller.ofType('i_am_alive')[0]).toEqual({ type: 'i_am_alive', orchestrator_id: 'orch-1' });
    expect(bench.problems).toContain('health');
  });

  it('reconnects with growing pauses while the connection closes before registration', async () => {
    controller.answer = () => [];
    bench.start();
    for (let times = 1; times <= 4; times += 1) {
      await waitUntil('it connects', () => controller.ofType('register').length >= times);
      controller.sockets[times - 1]?.terminate();
    }
    await waitUntil('all closes are seen', () => bench.ends.length >= 4);
    expect(bench.ends.slice(0, 4).map((end) => end.reconnectInMs)).toEqual([500, 1_000, 2_000, 4_000]);
  });

  it('waits as long as a busy controller says', async () => {
    controller.answer = () => [
      { type: 'handshake_ack', success: false, error: 'busy', detail: 'later', retry_after_ms: 12_345 },
    ];
    bench.start();
    await waitUntil('it is refused', () => controller.ofType('register').length > 0);
    controller.sockets[0]?.close(1013);
    await waitUntil('the close is seen', () => bench.ends.length > 0);
    expect(bench.ends[0]).toMatchObject({ code: 1013, reconnectInMs: 12_345 });
  });

  it('reconnects when the goodbye says', async () => {
    controller.answer = (id) => [
      accepted(id),
      { type: 'goodbye', reason: 'shutdown', reconnect_after_ms: 7_777 },
    ];
    const client = bench.start();
    await waitUntil('it is connected', () => client.isConnected);
    controller.sockets[0]?.close(1012);
    await waitUntil('the close is seen', () => bench.ends.length > 0);
    expect(bench.ends[0]).toMatchObject({ code: 1012, reconnectInMs: 7_777 });
  });

  it.each([
    ['refused for good', 4400],
    ['replaced by another connection', 4409],
  ])('reconnects only at the slowest pace when %s', async (_, code) => {
    const refusal = { type: 'handshake_ack', success: false, error: 'organization_mismatch', detail: 'no' };
    controller.answer = (id) => [code === 4400 ? refusal : accepted(id)];
    bench.start();
    await waitUntil('it registered', () => controller.ofType('register').length > 0);
    controller.sockets[0]?.close(code);
    await waitUntil('the close is seen', () => bench.ends.length > 0);
    expect(bench.ends[0]).toMatchObject({ code, reconnectInMs: 60_000 });
  });

  it('keeps a connection on which only the answers to its pings arrive', async () => {
    bench.start({ setTimer: setTimeout, silenceTimeoutMs: 200 });
    await waitUntil('it sent four pings', () => controller.pings >= 4);
    expect(bench.ends).toEqual([]);
    expect(controller.sockets).toHaveLength(1);
  });

  it('gives up a silent connection', async () => {
    controller.isDeaf = true;
    bench.start({ setTimer: setTimeout, silenceTimeoutMs: 50, backoff: { firstMs: 1, longestMs: 1 } });
    await waitUntil('it connects a second time', () => controller.ofType('register').length >= 2);
    expect(bench.ends[0]?.code).toBe(1006);
  });

  it('survives invalid frames, and message types of a later version', async () => {
    const client = bench.start();
    await waitUntil('it is connected', () => client.isConnected);
    for (const frame of ['no json', '[]', '{"type":7}', '{"type":"from_the_future"}']) {
      controller.sockets[0]?.send(frame);
    }
    await waitUntil('all frames were read', () => bench.problems.length === 4);
    expect(client.isConnected).toBe(true);
  });

  it('stops for good, and starts again on request', async () => {
    const client = bench.start();
    await waitUntil('it is connected', () => client.isConnected);
    await client.stop();
    expect(bench.ends.at(-1)).toMatchObject({ reconnectInMs: null });
    expect(controller.sockets).toHaveLength(1);
    client.start();
    await waitUntil('it is connected again', () => client.isConnected);
  });

  it('has one connection at a time when restarted before it has stopped', async () => {
    const client = bench.start({ setTimer: setTimeout });
    await waitUntil('it is connected', () => client.isConnected);
    // The close handshake waits for the controller, which does not read.
    controller.sockets[0]?.pause();
    const stopped = client.stop();
    client.start();
    const other = bench.start({ orchestratorId: 'orch-2' });
    await waitUntil('another one is connected', () => other.isConnected);
    expect(controller.ofType('register').map(({ orchestrator_id: id }) => id)).toEqual(['orch-1', 'orch-2']);
    controller.sockets[0]?.resume();
    await stopped;
    await waitUntil('it is connected again', () => client.isConnected);
  });

  it('has no timers left when stopped, whatever it was waiting for', async () => {
    const timers = new ManualTimers();
    const client = bench.start({ setTimer: timers.set });
    await waitUntil('it is connected', () => client.isConnected);
    void client.report({ metrics: {} });
    controller.cut();
    await waitUntil('it waits to connect again', () => bench.ends.length === 1);
    expect(timers.running).toEqual([500]);
    await client.stop();
    expect(timers.running).toEqual([]);
    client.start();
    await waitUntil('it is connected', () => client.isConnected);
    await client.stop();
    expect(timers.running).toEqual([]);
  });

  it.each([
    ['an invalid url', { url: 'controller' }, /Invalid URL/],
    ['a url of another scheme', { url: 'http://controller/ws' }, /ws:/],
    ['an empty list of urls', { url: [] }, /empty list/],
    ['one invalid url of several', { url: ['ws://controller/ws', 'http://controller/ws'] }, /ws:/],
    ['an answer in no time', { answerTimeoutMs: 0 }, /answerTimeoutMs/],
    ['an invalid certificate', { tls: { cert: 'none' } }, /./],
    ['a queue of size 0', { queue: { maxEntries: 0 } }, /maxEntries/],
    ['a memory of size 0', { rememberedMessages: 1.5 }, /rememberedMessages/],
  ])('refuses %s immediately', (_, options, message) => {
    const all = { url: 'ws://127.0.0.1', orchestratorId: 'orch-1', ...options };
    expect(() => new OrchestratorClient(all)).toThrow(message);
  });
});

describe('OrchestratorClient over TLS', () => {
  let bench: ClientBench;

  beforeEach(async () => {
    bench = await ClientBench.open(new ScriptedController({ cert: CERTIFICATE, key: KEY }));
  });

  afterEach(() => bench.dispose());

  it('trusts the configured certificate authority', async () => {
    const client = bench.start({ tls: { ca: CERTIFICATE } });
    await waitUntil('it is connected', () => client.isConnected);
  });

  it('trusts no other authority', async () => {
    const client = bench.start();
    await waitUntil('it has tried', () => bench.ends.length >= 2);
    expect(bench.problems).toContain('connection');
    expect(client.isConnected).toBe(false);
    expect(bench.controller.received).toEqual([]);
  });
});
