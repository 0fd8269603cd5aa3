import { randomInt } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { OrchestratorClient } from '@moolai/orchestrator-client';
import {
  ControllerProcess,
  freePort,
  newDataDir,
  processesOf,
  TestOrchestrator,
  waitUntil,
} from '@moolai/testing';

const KILLS = 10;
const TOTAL = 1_000;
/** Number of answers before the next kill, to spread the kills over the whole work. */
const BETWEEN_KILLS = TOTAL / (KILLS + 1);
const RECEIVERS = ['kill-a', 'kill-b', 'kill-c'];
const ADVISER = 'kill-adviser';

/** A hand-written peer that acknowledges everything and reconnects when possible. */
class Receiver {
  /** Every received message in order, including repetitions. */
  readonly seen: number[] = [];
  /** Received again although the database had it as delivered while the controller was dead. */
  readonly wrong: number[] = [];
  delivered = new Set<number>();

  constructor(
    readonly id: string,
    private readonly url: string,
  ) {}

  async run(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const connection = await TestOrchestrator.connect(this.url);
      if (connection.isOpen) {
        connection.send({ type: 'register', orchestrator_id: this.id, capabilities: ['message_ack'] });
      }
      while (connection.isOpen && !isOver()) {
        for (const message of connection.inbox.splice(0)) {
          if (message.type !== 'message') continue;
          this.seen.push(message.message_id);
          if (this.delivered.has(message.message_id)) this.wrong.push(message.message_id);
          connection.send({ type: 'message_ack', message_id: message.message_id, status: 'delivered' });
        }
        await delay(2);
      }
      connection.crash();
      // Long enough for a queue to build up.
      await delay(randomInt(300));
    }
  }
}

describe('kill -9 of the controller during everything', () => {
  const dataDir = newDataDir();
  const stateDir = mkdtempSync(join(tmpdir(), 'moolai-client-'));
  let controller: ControllerProcess;
  let port: number;
  /** Attempts answered with 201, and the assigned ids. */
  const accepted = new Map<string, number>();
  let attempts = 0;
  let isDead = false;

  beforeAll(async () => {
    port = await freePort();
    controller = start();
    await controller.untilHealthy();
  });

  afterAll(async () => {
    await controller.stop();
    rmSync(stateDir, { recursive: true, force: true });
  });

  function start(): ControllerProcess {
    return new ControllerProcess(port, dataDir, { DEMO_FLEET: '0', MESSAGE_ACK_TIMEOUT_SEC: '2' });
  }

  /** Posts once; every attempt is distinct, so that a second storing of the first would be visible. */
  async function post(orchestratorId: string): Promise<void> {
    const attempt = `attempt-${(attempts += 1)}`;
    try {
      const response = await fetch(
        `http://127.0.0.1:${port}/api/v1/internal/orchestrators/${orchestratorId}/messages`,
        {
          method: 'POST',
          headers: { authorization: 'Bearer fake-dev-token', 'content-type': 'application/json' },
          body: JSON.stringify({ message_type: 'order', message_content: { attempt } }),
        },
      );
      if (response.status !== 201) throw new Error(`${response.status}`);
      const { data } = (await response.json()) as { data: { id: number } };
      accepted.set(attempt, data.id);
    } catch {
      // Not answered, so it may or may not be stored; try again.
      await delay(20);
    }
  }

  async function poster(orchestratorId: string): Promise<void> {
    while (accepted.size < TOTAL) await post(orchestratorId);
  }

  /** Kills at a random moment; every other time the database too, which then recovers from its log. */
  async function kill(receivers: Receiver[], withDatabase: boolean): Promise<void> {
    await delay(randomInt(100));
    isDead = true;
    controller.signal('SIGKILL');
    if (withDatabase) {
      const postmaster = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0];
      process.kill(Number(postmaster), 'SIGKILL');
    }
    await controller.untilExit();
    if (withDatabase) await waitUntil('all are gone', () => processesOf(dataDir).length === 0);
    else await rememberDelivered(receivers);
    controller = start();
    await controller.untilHealthy();
    isDead = false;
  }

  async function rememberDelivered(receivers: Receiver[]): Promise<void> {
    const rows = await controller.query<{ id: number }>(
      `SELECT id::float8 AS id FROM orchestrator_messages WHERE status = 'delivered'`,
    );
    for (const receiver of receivers) receiver.delivered = new Set(rows.map(({ id }) => id));
  }

  it(`loses nothing, doubles nothing and keeps the order, ${KILLS} times`, async () => {
    const url = `ws://127.0.0.1:${port}/ws`;
    for (const id of RECEIVERS) {
      const orchestrator = await TestOrchestrator.connect(url);
      await orchestrator.register(id);
      await orchestrator.close();
    }
    const receivers = RECEIVERS.map((id) => new Receiver(id, url));
    let isOver = false;
    const receiving = receivers.map((receiver) => receiver.run(() => isOver));
    const posting = [...RECEIVERS, ...RECEIVERS, ...RECEIVERS].map((id) => poster(id));

    const client = new OrchestratorClient({
      url,
      orchestratorId: ADVISER,
      stateDir,
      backoff: { firstMs: 20, longestMs: 200 },
    });
    let stored = 0;
    client.on('received', () => (stored += 1));
    client.start();
    const receipts = (async () => {
      const all: Promise<unknown>[] = [];
      for (let n = 0; n < TOTAL; n += 1) {
        await waitUntil('the queue has room', () => n - stored < 100);
        all.push(client.recommend({ n }));
      }
      return Promise.all(all);
    })();

    for (let round = 1; round <= KILLS; round += 1) {
      await waitUntil(
        `round ${round} is under way: ${accepted.size} posted, ${stored} received`,
        () => accepted.size + stored >= round * 2 * BETWEEN_KILLS,
        60_000,
      );
      await kill(receivers, round % 2 === 0);
    }
    await Promise.all([...posting, receipts]);
    expect(isDead).toBe(false);
    await waitUntil(
      'all are delivered',
      async () =>
        (
          await controller.query(
            `SELECT 1 FROM orchestrator_messages
             WHERE direction = 'to_orchestrator' AND status <> 'delivered' LIMIT 1`,
          )
        ).length === 0,
      60_000,
    );
    isOver = true;
    await Promise.all(receiving);
    await client.stop();

    const messages = await controller.query<{ id: number; orchestrator_id: string; attempt: string }>(
      `SELECT id::float8 AS id, orchestrator_id, message_content->>'attempt' AS attempt FROM orchestrator_messages
       WHERE direction = 'to_orchestrator' ORDER BY id`,
    );
    const idsOf = new Map(messages.map(({ attempt, id }) => [attempt, id]));
    expect(idsOf.size).toBe(messages.length);
    for (const [attempt, id] of accepted) expect([attempt, idsOf.get(attempt)]).toEqual([attempt, id]);
    for (const { id, seen, wrong } of receivers) {
      const expected = messages
        .filter((message) => message.orchestrator_id === id)
        .map((message) => message.id);
      expect([...new Set(seen)]).toEqual(expected);
      expect(wrong).toEqual([]);
    }

    const recommendations = await controller.query<{ n: number }>(
      `SELECT (message_content->>'n')::int AS n FROM orchestrator_messages
       WHERE direction = 'from_orchestrator' AND orchestrator_id = '${ADVISER}' ORDER BY id`,
    );
    expect(recommendations.map(({ n }) => n)).toEqual(Array.from({ length: TOTAL }, (_, n) => n));
    const repeated = receivers.reduce((sum, { seen }) => sum + seen.length - new Set(seen).size, 0);
    process.stdout.write(
      `kill -9 ${KILLS} times (${KILLS / 2} with the database): ${accepted.size} of ${attempts} posts answered 201, ` +
        `${messages.length} stored and delivered, ${repeated} sent more than once, ${recommendations.length} recommendations\n`,
    );
  }, 300_000);
});
