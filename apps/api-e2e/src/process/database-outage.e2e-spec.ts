import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgres, type EmbeddedAddress } from '@moolai/api';
import type { Message } from '@moolai/contracts';
import { OrchestratorClient, type Receipt } from '@moolai/orchestrator-client';
import {
  ControllerProcess,
  freePort,
  newDataDir,
  processesOf,
  TestOrchestrator,
  waitUntil,
} from '@moolai/testing';
import { databaseEnv } from '../support/command.js';
import { serverProcesses } from '../support/server-processes.js';

const OUTAGE_MS = 30_000;

describe('an outage of the database while the controller runs', () => {
  const databaseDir = newDataDir();
  const dataDir = newDataDir();
  const orchestrators: TestOrchestrator[] = [];
  let connection: EmbeddedAddress;
  let postgres: EmbeddedPostgres;
  let controller: ControllerProcess;

  beforeAll(async () => {
    postgres = new EmbeddedPostgres({ dataDir: databaseDir });
    connection = await postgres.start();
    controller = new ControllerProcess(await freePort(), dataDir, {
      ...databaseEnv(connection),
    });
    await controller.untilHealthy();
  });

  afterAll(async () => {
    await controller.stop();
    await postgres.stop();
  });

  async function restart(): Promise<void> {
    postgres = new EmbeddedPostgres({ dataDir: databaseDir, port: connection.port });
    await postgres.start();
  }

  async function enter(id: string): Promise<TestOrchestrator> {
    const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${controller.port}/ws`);
    await orchestrator.register(id, { capabilities: ['message_ack'] });
    orchestrators.push(orchestrator);
    return orchestrator;
  }

  async function post(id: string): Promise<{ status: number; message: Message | undefined; ms: number }> {
    const startedAt = performance.now();
    const response = await fetch(
      `http://127.0.0.1:${controller.port}/api/v1/internal/orchestrators/${id}/messages`,
      {
        method: 'POST',
        headers: { authorization: 'Bearer fake-dev-token', 'content-type': 'application/json' },
        body: JSON.stringify({ message_type: 'order', message_content: {} }),
      },
    );
    const body = (await response.json()) as { data?: Message };
    return { status: response.status, message: body.data, ms: performance.now() - startedAt };
  }

  async function list(): Promise<{ status: number | undefined; body: unknown; ms: number }> {
    const startedAt = performance.now();
    const answer = await controller.fetch('/api/v1/controller/orchestrators', 'fake-dev-token');
    return { status: answer?.status, body: answer?.body, ms: performance.now() - startedAt };
  }

  async function lastSeen(id: string): Promise<string | null | undefined> {
    const { items } = await controller.api.listConnectedOrchestrators();
    return items.find(({ orchestrator_id }) => orchestrator_id === id)?.last_seen;
  }

  it(`goes on for ${OUTAGE_MS / 1000} s without it, and afterwards as if nothing had been`, async () => {
    const beating = await enter('outage-beating');
    const client = new OrchestratorClient({
      url: `ws://127.0.0.1:${controller.port}/ws`,
      orchestratorId: 'outage-reporting',
    });
    client.start();
    const delivered = await enter('outage-receiving');
    const before = await post('outage-receiving');
    const { message_id } = await delivered.next('message');
    expect(before).toMatchObject({ status: 201, message: { id: message_id } });

    const receipts: Promise<Receipt>[] = [];
    let isOver = false;
    const reporting = (async () => {
      for (let n = 0; !isOver; n += 1) {
        receipts.push(n % 2 === 0 ? client.report({ metrics: { n } }) : client.recommend({ n }));
        beating.beat('outage-beating');
        await delay(100);
      }
    })();
    await waitUntil('the first are stored', () => receipts[0]);
    await receipts[0];

    await postgres.stop();
    const startedAt = performance.now();
    delivered.send({ type: 'message_ack', message_id, status: 'delivered' });
    let slowest = 0;
    let refused = 0;
    while (performance.now() - startedAt < OUTAGE_MS) {
      const seenBefore = await lastSeen('outage-beating');
      for (const answer of [await list(), await post('outage-receiving')]) {
        expect(answer.status).toBe(503);
        slowest = Math.max(slowest, answer.ms);
        refused += 1;
      }
      await waitUntil('the live view moves', async () => (await lastSeen('outage-beating')) !== seenBefore);
      await delay(200);
    }
    await restart();
    const { message } = await waitUntil('posts are taken again', async () => {
      const answer = await post('outage-receiving');
      return answer.status === 201 && answer;
    });
    await expect(delivered.next('message')).resolves.toMatchObject({ message_id: message?.id });
    isOver = true;
    await reporting;

    const stored = await Promise.all(receipts);
    const acknowledged = await untilDelivered(message_id);
    expect(acknowledged.attempts).toBe(1);
    const ids = stored.map((receipt) => receipt.messageId);
    expect(new Set(ids).size).toBe(receipts.length);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    const final = await lastSeen('outage-beating');
    await waitUntil('the last heartbeat is written', async () => {
      const { body } = await list();
      const { items } = (body as { data: { items: { orchestrator_id: string; last_seen: string }[] } }).data;
      return items.find((item) => item.orchestrator_id === 'outage-beating')?.last_seen === final;
    });
    expect(beating.isOpen).toBe(true);
    await client.stop();
    process.stdout.write(
      `database stopped for ${OUTAGE_MS / 1000} s: ${refused} requests answered 503, the slowest after ` +
        `${Math.round(slowest)} ms; ${stored.length} reports and recommendations stored once each\n`,
    );
  }, 120_000);

  async function untilDelivered(id: number): Promise<Message> {
    return waitUntil('the acknowledgement is written', async () => {
      const message = await controller.api.getMessage(id);
      return message.status === 'delivered' && message;
    });
  }

  it('answers 503 although the server is reachable but silent, and continues when it wakes up', async () => {
    const beating = await enter('frozen-beating');
    const frozen = serverProcesses(databaseDir);
    expect(frozen.length).toBeGreaterThan(5);
    for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    let slowest = 0;
    try {
      for (let round = 0; round < 4; round += 1) {
        const answers = await Promise.all([...Array.from({ length: 10 }, list), post('frozen-beating')]);
        for (const { status, ms } of answers) {
          expect(status).toBe(503);
          slowest = Math.max(slowest, ms);
        }
        const before = await lastSeen('frozen-beating');
        beating.beat('frozen-beating');
        await waitUntil('the live view moves', async () => (await lastSeen('frozen-beating')) !== before);
      }
    } finally {
      for (const pid of frozen) process.kill(pid, 'SIGCONT');
    }
    await waitUntil('it answers again', async () => (await list()).status === 200);
    // The statement timeout, which would be the limit without supervision of the server.
    expect(slowest).toBeLessThan(15_000);
    process.stdout.write(
      `database frozen: the slowest of 44 requests got its 503 after ${Math.round(slowest)} ms\n`,
    );
  });
});

describe('an embedded database that ends unexpectedly', () => {
  it('is restarted, and everything continues', async () => {
    const dataDir = newDataDir();
    const controller = new ControllerProcess(await freePort(), dataDir, { DEMO_FLEET: '0' });
    await controller.untilHealthy();
    const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${controller.port}/ws`);
    await orchestrator.register('revived');
    const [postmaster = 0] = serverProcesses(dataDir);
    process.kill(postmaster, 'SIGKILL');
    await waitUntil('it is missed', async () => {
      return (await controller.fetch('/api/v1/controller/health'))?.status === 503;
    });
    await controller.untilHealthy();
    await expect(
      controller.query('SELECT 1 FROM orchestrator_instances WHERE orchestrator_id = $$revived$$'),
    ).resolves.toHaveLength(1);
    expect(orchestrator.isOpen).toBe(true);
    await waitUntil('the log says so', () =>
      controller.output.includes('the database ended unexpectedly and was restarted'),
    );
    controller.signal('SIGTERM');
    await expect(controller.untilExit()).resolves.toEqual({ code: 0, signal: null });
    await waitUntil('nothing is left', () => processesOf(dataDir).length === 0);
  });
});
