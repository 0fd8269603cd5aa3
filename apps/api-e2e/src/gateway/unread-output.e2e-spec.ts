import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import {
  ControllerProcess,
  freePort,
  newDataDir,
  TestDatabase,
  waitUntil,
  type TestOrchestrator,
} from '@moolai/testing';
import { databaseEnv } from '../support/command.js';
import { eventsOf } from '../support/credentials.js';
import { Figures } from '../support/exposition.js';
import { maskedFrame, upgradeRequest } from '../support/raw-websocket.js';
import type { TestController } from '../support/test-controller.js';
import { useController } from '../support/use-controller.js';

const BIG = 200_000;
/** More than the kernel buffers for a peer that does not read. */
const MANY = 60;

let revision = 0;

/** Pushes configurations until one has to wait. Returns the number of written ones, and the latest version. */
async function congest(
  controller: TestController,
  id: string,
): Promise<{ written: number; version: number }> {
  const { api } = controller;
  for (let written = 0; written < MANY; written += 1) {
    const features = { revision: (revision += 1), text: 'x'.repeat(BIG) };
    const { pushed, config_version } = await api.changeOrchestratorConfig(id, { features });
    if (!pushed) return { written, version: config_version };
  }
  throw new Error(`${MANY} configurations were written to a peer that does not read`);
}

async function unreadBytes(controller: TestController): Promise<number | undefined> {
  return (await Figures.of(controller)).value('moolai_connection_unread_bytes');
}

async function untilDropped(controller: TestController, id: string): Promise<void> {
  await waitUntil('it is disconnected', async () => {
    const one = await controller.api.getOrchestrator(id);
    return !one.connected && one.status === 'error';
  });
  const [event] = await eventsOf(controller, 'orchestrator.disconnected', id);
  expect(event).toMatchObject({
    summary: expect.stringContaining('does not read') as string,
    data: { drop_reason: 'unread', was_abnormal: true },
  });
}

describe('an orchestrator that reads late', () => {
  const controller = useController({
    timing: { closeTimeoutMs: 60_000 },
    env: { CONNECTION_OUTPUT_LIMIT_KB: '512', MESSAGE_ACK_TIMEOUT_SEC: '600' },
  });

  it('gets the newest waiting configuration; the others are reported as not pushed', async () => {
    const orchestrator = await controller.orchestrator('later-1');
    orchestrator.freeze();
    const { written } = await congest(controller, 'later-1');
    const { api } = controller;
    for (let count = 0; count < 3; count += 1) {
      const features = { revision: (revision += 1), text: 'y'.repeat(BIG) };
      await expect(api.changeOrchestratorConfig('later-1', { features })).resolves.toMatchObject({
        pushed: false,
      });
    }
    const { config_version: newest } = await api.getOrchestratorConfig('later-1');
    expect(await unreadBytes(controller)).toBeLessThan(2 * BIG);
    orchestrator.socket.resume();
    await waitUntil('the newest has come', () =>
      orchestrator.inbox.some((frame) => frame.type === 'config_update' && frame.config_version === newest),
    );
    expect(orchestrator.inbox.filter(({ type }) => type === 'config_update')).toHaveLength(written + 1);
    await waitUntil('nothing is unread', async () => (await unreadBytes(controller)) === 0);
    await orchestrator.close();
  });

  it('gets every message once and in order; unwritten ones stay pending', async () => {
    const orchestrator = await controller.orchestrator('later-2', { capabilities: ['message_ack'] });
    orchestrator.freeze();
    for (let number = 0; number < MANY; number += 1) {
      await controller.api.sendMessage('later-2', {
        message_type: 'big',
        message_content: { number, text: 'x'.repeat(BIG) },
      });
    }
    acknowledgeAll(orchestrator);
    await congestByMessages('later-2');
    expect(await unreadBytes(controller)).toBeLessThan(2 * BIG);
    orchestrator.socket.resume();
    await waitUntil(
      'all have come',
      () => orchestrator.inbox.filter(({ type }) => type === 'message').length >= MANY,
      30_000,
    );
    const numbers = orchestrator.inbox.flatMap((frame) =>
      frame.type === 'message' ? (frame.message_content as { number: number }).number : [],
    );
    expect(numbers).toEqual(Array.from({ length: MANY }, (_, number) => number));
    await waitUntil('all are delivered', async () => {
      const rows = await controller.database.query(
        `SELECT 1 FROM orchestrator_messages WHERE orchestrator_id = 'later-2' AND status <> 'delivered'`,
      );
      return rows.length === 0;
    });
    await orchestrator.close();
  });

  it('is closed with 4413 when too much is unread', async () => {
    const orchestrator = await controller.orchestrator('later-3');
    orchestrator.freeze();
    await congest(controller, 'later-3');
    for (let number = 0; number < 4_000; number += 1) {
      orchestrator.send({
        type: 'recommendation',
        orchestrator_id: 'later-3',
        client_message_id: `${number}-${'x'.repeat(90)}`,
        recommendation: {},
      });
    }
    await waitUntil('too much is unread', async () => ((await unreadBytes(controller)) ?? 0) > 512 * 1024);
    expect(await unreadBytes(controller)).toBeLessThan(600 * 1024);
    orchestrator.socket.resume();
    await expect(orchestrator.untilClosed()).resolves.toMatchObject({ code: 4413 });
    await untilDropped(controller, 'later-3');
  });

  it('gets one pong for the pings that arrived while it did not read', async () => {
    const orchestrator = await controller.orchestrator('later-4');
    const pongs: string[] = [];
    orchestrator.socket.on('pong', (payload) => pongs.push(payload.toString()));
    orchestrator.socket.ping('first');
    await waitUntil('a ping is answered', () => pongs.includes('first'));
    orchestrator.freeze();
    await congest(controller, 'later-4');
    for (let number = 1; number <= 1_000; number += 1) orchestrator.socket.ping(String(number));
    orchestrator.socket.ping('last');
    orchestrator.socket.resume();
    await waitUntil('the newest is answered', () => pongs.includes('last'));
    expect(pongs.length).toBeLessThan(100);
    await orchestrator.close();
  });

  function acknowledgeAll(orchestrator: TestOrchestrator): void {
    orchestrator.socket.on('message', (data: Buffer) => {
      const id = /^\{"type":"message","message_id":(\d+)/.exec(data.toString('utf8'))?.[1];
      if (id !== undefined) {
        orchestrator.send({ type: 'message_ack', message_id: Number(id), status: 'delivered' });
      }
    });
  }

  /** A socket may accept the whole window; configurations then fill the rest. */
  async function congestByMessages(id: string): Promise<void> {
    if ((await unreadBytes(controller)) === 0) await congest(controller, id);
    const rows = await waitUntil('the others are pending', async () => {
      const found = await controller.database.query<{ attempts: number; sent_at: Date | null }>(
        `SELECT attempts, sent_at FROM orchestrator_messages WHERE orchestrator_id = '${id}' AND status = 'pending'`,
      );
      return found.length >= MANY - 16 && found;
    });
    for (const row of rows) expect(row).toEqual({ attempts: 0, sent_at: null });
  }
});

describe('an orchestrator that never reads', () => {
  const controller = useController({
    timing: { tickMs: 10, pingAfterSilenceMs: 300, pingTimeoutMs: 100 },
  });

  it('is given up although it keeps sending', async () => {
    const orchestrator = await controller.orchestrator('never-1');
    orchestrator.freeze();
    const beating = setInterval(() => orchestrator.beat('never-1'), 20);
    await congest(controller, 'never-1');
    await untilDropped(controller, 'never-1');
    clearInterval(beating);
    const figures = await Figures.of(controller);
    expect(figures.value('moolai_connections_dropped_total', { reason: 'unread' })).toBe(1);
    expect(figures.value('moolai_connection_unread_bytes')).toBe(0);
    orchestrator.crash();
  });
});

describe('a flood of pings', () => {
  const dataDir = newDataDir();
  let database: TestDatabase;
  let controller: ControllerProcess;

  beforeAll(async () => {
    database = await TestDatabase.create();
    controller = new ControllerProcess(await freePort(), dataDir, databaseEnv(database.connection));
    await controller.untilHealthy();
  });

  afterAll(async () => {
    await controller.stop();
    await database.drop();
  });

  function residentMb(): number {
    const status = readFileSync(`/proc/${controller.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }

  it('before registration ends the connection, at no cost in memory or to others', async () => {
    const socket = connect(controller.port, '127.0.0.1').on('error', () => undefined);
    let isClosed = false;
    socket.once('close', () => (isClosed = true));
    socket.write(upgradeRequest());
    await new Promise((resolve) => socket.once('data', resolve));
    socket.pause();
    const before = residentMb();
    const chunk = Buffer.concat(Array.from({ length: 10_000 }, () => maskedFrame('ping', 'x'.repeat(100))));
    let sent = 0;
    await waitUntil('the connection is ended', async () => {
      if (socket.writableLength < chunk.length && !isClosed && sent < 600) {
        socket.write(chunk);
        sent += 1;
      }
      await controller.fetch('/health/live');
      return isClosed;
    });
    expect(residentMb() - before).toBeLessThan(150);
    await expect(controller.fetch('/health/live')).resolves.toMatchObject({ status: 200 });
  });
});
