import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { MonitoringMessage, OrchestratorMessage, RegisterMessage } from '@moolai/contracts';
import { waitUntil } from '@moolai/testing';
import { WebSocketServer } from 'ws';
import { Fleet } from './fleet.js';

describe('Fleet', () => {
  it('registers each orchestrator once, spread over its organizations, reports, and disconnects', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    const received: OrchestratorMessage[] = [];
    server.on('connection', (socket) =>
      socket.on('message', (data: Buffer) => {
        const message = JSON.parse(data.toString()) as OrchestratorMessage;
        received.push(message);
        if (message.type === 'register') {
          socket.send(JSON.stringify({ type: 'handshake_ack', success: true, heartbeat_interval_sec: 30 }));
        }
      }),
    );
    await once(server, 'listening');
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const fleet = new Fleet({
      count: 5,
      urls: [url],
      organizations: 2,
      prefix: 'sim',
      monitoringIntervalSec: 10,
      seed: 1,
    });
    fleet.start();

    await waitUntil('all report', () => received.filter(({ type }) => type === 'monitoring').length === 5);
    const registrations = received.filter(
      (message): message is RegisterMessage => message.type === 'register',
    );
    expect(registrations.map((message) => message.orchestrator_id).sort()).toEqual([
      'sim-001',
      'sim-002',
      'sim-003',
      'sim-004',
      'sim-005',
    ]);
    expect(new Set(registrations.map((message) => message.organization_id))).toEqual(
      new Set(['org-001', 'org-002']),
    );
    const report = received.find((message): message is MonitoringMessage => message.type === 'monitoring');
    expect(report?.metrics['tokens_per_sec']).toBeGreaterThanOrEqual(0);
    expect(fleet.connectedCount).toBe(5);

    await fleet.stop();
    await waitUntil('all have disconnected', () => server.clients.size === 0);
    server.close();
  });

  it('reports that another process uses an id, and why one was refused', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    server.on('connection', (socket) =>
      socket.on('message', (data: Buffer) => {
        const { orchestrator_id: id } = JSON.parse(data.toString()) as RegisterMessage;
        const isRefused = id === 'sim-002';
        const answer = isRefused
          ? { success: false, error: 'unauthorized', detail: 'A token is needed.' }
          : { success: true, heartbeat_interval_sec: 30 };
        socket.send(JSON.stringify({ type: 'handshake_ack', ...answer }));
        socket.close(isRefused ? 4401 : 4409);
      }),
    );
    await once(server, 'listening');
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const fleet = new Fleet({
      count: 2,
      urls: [url],
      organizations: 1,
      prefix: 'sim',
      monitoringIntervalSec: 10,
      seed: 1,
    });
    fleet.start();
    await waitUntil('both are told of', () => fleet.problems.size === 2);
    expect(Object.fromEntries(fleet.problems)).toEqual({
      replaced: 'Another process uses the id sim-001; choose other ids with --prefix.',
      unauthorized: 'sim-002 was refused: A token is needed.',
    });
    await fleet.stop();
    server.close();
  });

  it('connects all to the address of several that answers', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    server.on('connection', (socket) =>
      socket.on('message', () =>
        socket.send(JSON.stringify({ type: 'handshake_ack', success: true, heartbeat_interval_sec: 30 })),
      ),
    );
    await once(server, 'listening');
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const fleet = new Fleet({
      count: 10,
      // The discard port is closed.
      urls: ['ws://127.0.0.1:9', url],
      organizations: 1,
      prefix: 'sim',
      monitoringIntervalSec: 10,
      seed: 1,
    });
    fleet.start();
    await waitUntil('all are connected', () => fleet.connectedCount === 10);
    await fleet.stop();
    server.close();
  });

  it('keeps one report for each while the controller is down, and silently drops the rest', async () => {
    const rejections: unknown[] = [];
    const note = (reason: unknown): void => void rejections.push(reason);
    process.on('unhandledRejection', note);
    const fleet = new Fleet({
      count: 3,
      // The discard port is closed.
      urls: ['ws://127.0.0.1:9'],
      organizations: 1,
      prefix: 'sim',
      monitoringIntervalSec: 0.005,
      seed: 1,
    });
    const dropped = fleet.clients.map(() => 0);
    for (const [index, client] of fleet.clients.entries()) {
      client.on('dropped', () => (dropped[index] = (dropped[index] ?? 0) + 1));
    }
    fleet.start();
    await waitUntil('each has dropped some', () => dropped.every((count) => count >= 5));
    expect(fleet.clients.map((client) => client.queuedCount)).toEqual([1, 1, 1]);
    await fleet.stop();
    process.off('unhandledRejection', note);
    expect(rejections).toEqual([]);
  });
});
