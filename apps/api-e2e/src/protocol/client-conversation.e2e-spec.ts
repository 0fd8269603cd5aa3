import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLOSE_CODES, type JsonObject } from '@moolai/contracts';
import { OrchestratorClient } from '@moolai/orchestrator-client';
import { waitUntil } from '@moolai/testing';
import { WebSocketServer, type WebSocket } from 'ws';
import { faultsOf, messageOf, readProtocolDocument } from '../support/protocol-document.js';

const { messages } = readProtocolDocument();

/** The messages that an orchestrator sends. */
const documented = messages.filter(({ from }) => from === 'orchestrator').map(({ name }) => name);

function examplesOf(name: string): JsonObject[] {
  return messages.find((message) => message.name === name)?.examples ?? [];
}

/** A controller that sends the examples in docs/asyncapi.yaml, and records the answers. */
class DocumentedController {
  readonly received: JsonObject[] = [];
  private readonly server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  private connections = 0;

  constructor() {
    this.server.on('connection', (socket) => {
      this.connections += 1;
      const isFirst = this.connections === 1;
      socket.on('message', (data: Buffer) => {
        const frame = JSON.parse(data.toString('utf8')) as JsonObject;
        this.received.push(frame);
        say(socket, isFirst ? examplesOf('handshake_refused') : answersTo(frame));
        if (isFirst) socket.close(CLOSE_CODES.registrationRefused);
      });
    });
  }

  async url(): Promise<string> {
    if (!this.server.address()) await once(this.server, 'listening');
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}/ws`;
  }

  /** Sends frames that are no answers, and closes. */
  leave(frames: JsonObject[]): void {
    for (const socket of this.server.clients) {
      say(socket, frames);
      socket.close(CLOSE_CODES.serviceRestart);
    }
    this.server.close();
  }
}

function say(socket: WebSocket, frames: JsonObject[]): void {
  for (const frame of frames) socket.send(JSON.stringify(frame));
}

function answersTo({ type, client_message_id: id }: JsonObject): JsonObject[] {
  if (type === 'register') {
    const names = ['handshake_accepted', 'provisioning', 'config_update', 'message', 'credential_update'];
    return names.flatMap(examplesOf);
  }
  return id === undefined ? [] : examplesOf('received').map((frame) => ({ ...frame, client_message_id: id }));
}

describe('the client library, with the examples in docs/asyncapi.yaml', () => {
  const controller = new DocumentedController();
  const events: [name: string, ...args: unknown[]][] = [];
  let directory: string;

  function of(name: string): unknown[][] {
    return events.filter(([event]) => event === name).map(([, ...args]) => args);
  }

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'moolai-client-'));
    const client = new OrchestratorClient({
      url: await controller.url(),
      orchestratorId: 'orch-001',
      organizationId: 'org-001',
      name: 'Frankfurt 1',
      version: '2.4.1',
      labels: { region: 'eu-central' },
      features: { streaming: true },
      metadata: { host: 'fra-gpu-07' },
      token: 'a-token',
      credentialPath: join(directory, 'credential.json'),
      health: () => ({ status: 'ok' }),
      onConfig: (config) => void events.push(['config', config]),
      onMessage: (message) => void events.push(['message', message]),
      backoff: { firstMs: 1, longestMs: 5 },
      // Sends the first heartbeat immediately.
      random: () => 0,
    });
    for (const name of ['connected', 'refused', 'problem', 'disconnected'] as const)
      client.on(name, (...args: unknown[]) => void events.push([name, ...args]));
    client.start();
    await waitUntil('it has registered', () => client.isConnected);
    await client.recommend({ action: 'scale_up' });
    await client.report({ metrics: { tokens_per_sec: 812.5 }, usage: [{ model: 'm', cost_usd: 0.1 }] });
    await waitUntil(
      'it has said everything',
      () => new Set(controller.received.map(({ type }) => type)).size === documented.length,
    );
    controller.leave(['error', 'goodbye'].flatMap(examplesOf));
    await waitUntil('it has noticed the end', () => of('disconnected').length === 2);
    await client.stop();
  });

  afterAll(() => rmSync(directory, { recursive: true }));

  it('sends only documented messages, and all of them', () => {
    expect(controller.received.flatMap((frame) => faultsOf(messages, frame))).toEqual([]);
    const names = new Set(controller.received.map((frame) => messageOf(messages, frame).name));
    expect([...names].sort()).toEqual(documented.toSorted());
  });

  it('understands each of them', () => {
    const configs = ['provisioning', 'config_update'].flatMap(examplesOf).map(({ config }) => [config]);
    expect(of('connected')).toEqual(examplesOf('handshake_accepted').map((session) => [session]));
    expect(of('refused')).toEqual(
      examplesOf('handshake_refused').map(({ error, detail }) => [error, detail]),
    );
    // The recommendation and the report were both answered with every example, in that order.
    const warnings = examplesOf('received').flatMap(({ warning }) => (warning ? [['report', warning]] : []));
    const errors = examplesOf('error').map(({ code, detail }) => [code, detail]);
    expect(warnings).not.toHaveLength(0);
    expect(of('problem')).toEqual([...warnings, ...warnings, ...errors]);
    expect(of('config')).toEqual(configs);
    expect(of('message')).toEqual(examplesOf('message').map((message) => [message]));
    expect(of('disconnected').at(-1)).toEqual([
      {
        code: 1012,
        reason: '',
        reconnectInMs: examplesOf('goodbye')[0]?.['reconnect_after_ms'],
        url: expect.stringMatching(/^ws:.*\/ws$/) as string,
      },
    ]);
  });
});
