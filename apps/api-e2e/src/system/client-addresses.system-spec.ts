import type { HandshakeAccepted } from '@moolai/contracts';
import { OrchestratorClient, type Receipt } from '@moolai/orchestrator-client';
import { RedisServer, waitUntil } from '@moolai/testing';
import { ControllerFleet } from '../support/controller-fleet.js';
import { describeWith } from './debian.js';

const CLIENTS = 100;

describeWith('redis-server')('clients with the addresses of two controllers', () => {
  const clients: OrchestratorClient[] = [];
  /** The instance that each client is connected to. */
  const places = new Map<OrchestratorClient, string>();
  const receipts: Promise<Receipt>[] = [];
  let redis: RedisServer | undefined;
  let fleet: ControllerFleet | undefined;

  beforeAll(async () => {
    redis = await RedisServer.start();
    fleet = await ControllerFleet.start(2, { REDIS_URL: redis.url });
    const url = fleet.controllers.map(({ port }) => `ws://127.0.0.1:${port}/ws`);
    for (let index = 0; index < CLIENTS; index += 1) {
      const client = new OrchestratorClient({ url, orchestratorId: `roaming-${index}` });
      client.on('connected', ({ instance_id }: HandshakeAccepted) => places.set(client, instance_id));
      client.on('disconnected', () => places.delete(client));
      clients.push(client);
      client.start();
    }
    await allConnected();
  });

  afterAll(async () => {
    await Promise.all(clients.map((client) => client.stop()));
    await fleet?.stop();
    await redis?.stop();
  });

  async function allConnected(): Promise<void> {
    await waitUntil('all are connected', () => clients.every((client) => client.isConnected), 60_000);
  }

  function counts(): number[] {
    const names = [...places.values()];
    return [...new Set(names)].map((name) => names.filter((other) => other === name).length);
  }

  it('spread over both', () => {
    expect(counts()).toHaveLength(2);
    // Fewer than 25 of 100 have a probability of less than one in a million.
    expect(Math.min(...counts())).toBeGreaterThanOrEqual(CLIENTS / 4);
  });

  it('move to the other one when theirs is killed, with the reports that were not acknowledged', async () => {
    const report = (): void => {
      for (const client of clients) receipts.push(client.report({ metrics: { n: receipts.length } }));
    };
    report();
    fleet?.controllers[0]?.signal('SIGKILL');
    const killedAt = performance.now();
    report();
    await waitUntil('all are at the other one', () => counts()[0] === CLIENTS, 60_000);
    process.stdout.write(`all moved within ${Math.round(performance.now() - killedAt)} ms\n`);
    const ids = (await Promise.all(receipts)).map(({ messageId }) => messageId);
    expect(new Set(ids).size).toBe(2 * CLIENTS);
  });
});
