import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { OrchestratorMessage } from '@moolai/contracts';
import { waitUntil } from '@moolai/testing';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Disconnected, OrchestratorClientOptions } from './client-options.js';
import { OrchestratorClient } from './orchestrator-client.js';

const CONFIG = { config_version: 4, config_hash: 'h', config: { features: { a: 1 } } };

function accepted(orchestratorId: string) {
  return {
    type: 'handshake_ack',
    success: true,
    orchestrator_id: orchestratorId,
    organization_id: 'org-001',
    is_independent: false,
    session_id: 's',
    heartbeat_interval_sec: 0.02,
    heartbeat_ttl_sec: 1,
    server_time: '2026-01-01T00:00:00.000Z',
    protocol_version: 1,
  };
}

/** A controller that says exactly what a test wants. */
class ScriptedController {
  readonly received: OrchestratorMessage[] = [];
  readonly sockets: WebSocket[] = [];
  private readonly server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  /** What it answers to `register`. */
  answer: (orchestratorId: string) => object[] = (id) => [accepted(id)];

  /** Reads no frame, so that pings stay unanswered. */
  isDeaf = false;
  pings = 0;

  constructor() {
    this.server.on('connection', (socket) => {
      this.sockets.push(socket);
      socket.on('ping', () => {
        this.pings += 1;
      });
      socket.on('message', (data: Buffer) => {
        const message = JSON.parse(data.toString()) as OrchestratorMessage;
        this.received.push(message);
        if (message.type !== 'register') return;
        for (const frame of this.answer(message.orchestrator_id)) socket.send(JSON.stringify(frame));
        if (this.isDeaf) socket.pause();
      });
    });
  }

  async url(): Promise<string> {
    if (!this.server.address()) await once(this.server, 'listening');
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  ofType<T extends OrchestratorMessage['type']>(type: T): Extract<OrchestratorMessage, { type: T }>[] {
    return this.received.filter((message) => message.type === type) as Extract<
      OrchestratorMessage,
      { type: T }
    >[];
  }

  close(): void {
    for (const socket of this.sockets) socket.terminate();
    this.server.close();
  }
}

const NEVER_MS = 1e6;

/** Pauses are seen in the event and then cut short, so that a test of minutes takes milliseconds. */
function cutShort(callback: () => void, ms: number): NodeJS.Timeout {
  return setTimeout(callback, ms === NEVER_MS ? ms : Math.min(ms, 20));
}

describe('OrchestratorClient', () => {
  let controller: ScriptedController;
  let client: OrchestratorClient;
  const ends: Disconnected[] = [];

  beforeEach(() => {
    controller = new ScriptedController();
    ends.length = 0;
  });

  afterEach(async () => {
    await client.stop();
    controller.close();
  });

  async function start(options: Partial<OrchestratorClientOptions> = {}): Promise<void> {
    client = new OrchestratorClient({
      url: await controller.url(),
      orchestratorId: 'orch-1',
      random: () => 0.5,
      setTimer: cutShort,
      silenceTimeoutMs: NEVER_MS,
      ...options,
    });
    client.on('disconnected', (end) => ends.push(end));
    client.start();
  }

  it('registers with everything it was told', async () => {
    await start({
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

  it('sends heartbeats at the interval it was told, with its health', async () => {
    await start({ setTimer: setTimeout, health: () => ({ status: 'ok', load: 1 }) });
    await waitUntil('three heartbeats came', () => controller.ofType('i_am_alive').length >= 3);
    expect(controller.ofType('i_am_alive')[0]).toEqual({
      type: 'i_am_alive',
      orchestrator_id: 'orch-1',
      health_status: { status: 'ok', load: 1 },
    });
  });

  it('applies configuration and says so, and tells its version when it registers again', async () => {
    const seen: unknown[] = [];
    controller.answer = (id) => [accepted(id), { type: 'provisioning', orchestrator_id: id, ...CONFIG }];
    await start({
      setTimer: cutShort,
      onConfig: (config) => void seen.push(config),
    });
    await waitUntil('the acknowledgement comes', () => controller.ofType('config_ack').length > 0);
    expect(seen[0]).toEqual(CONFIG.config);
    expect(controller.ofType('config_ack')[0]).toEqual({
      type: 'config_ack',
      orchestrator_id: 'orch-1',
      config_version: 4,
      status: 'applied',
    });
    controller.sockets[0]?.terminate();
    await waitUntil('it registers again', () => controller.ofType('register').length === 2);
    expect(controller.ofType('register')[1]).toMatchObject({ config_version: 4 });
  });

  it('reports a configuration that could not be applied, with the reason', async () => {
    controller.answer = (id) => [accepted(id), { type: 'config_update', orchestrator_id: id, ...CONFIG }];
    await start({ onConfig: () => Promise.reject(new Error('no such model')) });
    await waitUntil('the acknowledgement comes', () => controller.ofType('config_ack').length > 0);
    expect(controller.ofType('config_ack')[0]).toMatchObject({ status: 'failed', detail: 'no such model' });
  });

  it('acknowledges messages as handled or failed', async () => {
    const message = { type: 'message', message_type: 'note', message_content: {} };
    controller.answer = (id) => [accepted(id), { ...message, message_id: 1 }, { ...message, message_id: 2 }];
    await start({
      onMessage: ({ message_id }) => {
        if (message_id === 2) throw new Error('not today');
      },
    });
    await waitUntil('both are acknowledged', () => controller.ofType('message_ack').length === 2);
    expect(controller.ofType('message_ack')).toEqual([
      { type: 'message_ack', message_id: 1, status: 'delivered' },
      { type: 'message_ack', message_id: 2, status: 'failed', detail: 'not today' },
    ]);
  });

  it('comes back with growing pauses while nobody lets it register', async () => {
    controller.answer = () => [];
    await start();
    for (let times = 1; times <= 4; times += 1) {
      await waitUntil('it connects', () => controller.ofType('register').length >= times);
      controller.sockets[times - 1]?.terminate();
    }
    await waitUntil('all ends are seen', () => ends.length >= 4);
    expect(ends.slice(0, 4).map((end) => end.reconnectInMs)).toEqual([500, 1_000, 2_000, 4_000]);
  });

  it('waits as long as a busy controller asks', async () => {
    controller.answer = () => [
      { type: 'handshake_ack', success: false, error: 'busy', detail: 'later', retry_after_ms: 12_345 },
    ];
    await start();
    await waitUntil('it is refused', () => controller.ofType('register').length > 0);
    controller.sockets[0]?.close(1013);
    await waitUntil('the end is seen', () => ends.length > 0);
    expect(ends[0]).toMatchObject({ code: 1013, reconnectInMs: 12_345 });
  });

  it('comes back when the goodbye says', async () => {
    controller.answer = (id) => [
      accepted(id),
      { type: 'goodbye', reason: 'shutdown', reconnect_after_ms: 7_777 },
    ];
    await start();
    await waitUntil('it is connected', () => client.isConnected);
    controller.sockets[0]?.close(1012);
    await waitUntil('the end is seen', () => ends.length > 0);
    expect(ends[0]).toMatchObject({ code: 1012, reconnectInMs: 7_777 });
  });

  it.each([
    ['refused for good', 4400],
    ['replaced by another connection', 4409],
  ])('asks only at the slowest pace when %s', async (_, code) => {
    const refusal = { type: 'handshake_ack', success: false, error: 'organization_mismatch', detail: 'no' };
    controller.answer = (id) => [code === 4400 ? refusal : accepted(id)];
    await start();
    await waitUntil('it registered', () => controller.ofType('register').length > 0);
    controller.sockets[0]?.close(code);
    await waitUntil('the end is seen', () => ends.length > 0);
    expect(ends[0]).toMatchObject({ code, reconnectInMs: 60_000 });
  });

  it('keeps a connection on which it hears nothing but the answers to its pings', async () => {
    await start({ setTimer: setTimeout, silenceTimeoutMs: 200 });
    await waitUntil('it was asked four times', () => controller.pings >= 4);
    expect(ends).toEqual([]);
    expect(controller.sockets).toHaveLength(1);
  });

  it('gives up a connection that shows no sign of life', async () => {
    controller.isDeaf = true;
    await start({ setTimer: setTimeout, silenceTimeoutMs: 50, backoff: { firstMs: 1, longestMs: 1 } });
    await waitUntil('it connects a second time', () => controller.ofType('register').length >= 2);
    expect(ends[0]?.code).toBe(1006);
  });

  it('survives frames that make no sense, and types of a later version', async () => {
    await start();
    await waitUntil('it is connected', () => client.isConnected);
    const problems: string[] = [];
    client.on('problem', (code) => problems.push(code));
    for (const frame of ['no json', '[]', '{"type":7}', '{"type":"from_the_future"}']) {
      controller.sockets[0]?.send(frame);
    }
    await waitUntil('all were seen', () => problems.length === 4);
    expect(client.isConnected).toBe(true);
  });

  it('stops for good', async () => {
    await start();
    await waitUntil('it is connected', () => client.isConnected);
    await client.stop();
    expect(ends.at(-1)).toMatchObject({ reconnectInMs: null });
    expect(client.recommend({ a: 1 })).toBe(false);
    expect(controller.sockets).toHaveLength(1);
  });
});
