import { setTimeout as delay } from 'node:timers/promises';
import { OrchestratorClient, type Receipt } from '@moolai/orchestrator-client';
import {
  ControllerProcess,
  freePort,
  newDataDir,
  removeDataDir,
  TcpProxy,
  TestOrchestrator,
  waitUntil,
} from '@moolai/testing';
import { databaseEnv } from '../support/command.js';
import { failOverWhileFrozen, post, untilHealed, untilRefused } from '../support/failover.js';
import { endReplicated, startReplicated, type ReplicaServer } from '../support/replicated-postgres.js';

describe('the promotion of another server', () => {
  const dataDirs: string[] = [];
  let first: ReplicaServer;
  let second: ReplicaServer;
  let controller: ControllerProcess;
  let proxy: TcpProxy | undefined;

  beforeAll(async () => {
    [first, second] = await startReplicated();
    // The standby first: its place in the list does not matter.
    const { user, password, database } = first.connection;
    controller = await start({
      DATABASE_URL: `postgres://${user}:${password}@127.0.0.1:${second.port},127.0.0.1:${first.port}/${database}`,
    });
  });

  afterAll(async () => {
    await controller.stop();
    await proxy?.close();
    await endReplicated([first, second]);
    for (const dataDir of dataDirs) removeDataDir(dataDir);
  });

  async function start(env: Record<string, string>): Promise<ControllerProcess> {
    const dataDir = newDataDir();
    dataDirs.push(dataDir);
    const started = new ControllerProcess(await freePort(), dataDir, env);
    await started.untilHealthy();
    return started;
  }

  it('is followed, and the server has everything that was acknowledged', async () => {
    await first.query(`ALTER SYSTEM SET synchronous_standby_names = 'standby'`);
    await first.query('SELECT pg_reload_conf()');
    const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${controller.port}/ws`);
    await orchestrator.register('moved-1');
    const client = new OrchestratorClient({
      url: `ws://127.0.0.1:${controller.port}/ws`,
      orchestratorId: 'moved-reporting',
    });
    client.start();
    const receipts: Promise<Receipt>[] = [];
    const taken: number[] = [];
    let isOver = false;
    const reporting = (async () => {
      for (let n = 0; !isOver; n += 1) {
        receipts.push(client.report({ metrics: { n } }));
        const { status, id } = await post(controller, 'moved-1');
        if (status === 201 && id !== undefined) taken.push(id);
        await delay(20);
      }
    })();
    await waitUntil('messages are taken', () => taken.length > 20);
    await first.stop();
    await untilRefused(controller, 'moved-1');
    await second.promote();
    const healedMs = await untilHealed(controller, 'moved-1', second);
    isOver = true;
    await reporting;
    const stored = await Promise.all(receipts);
    await client.stop();
    const ids = [...taken, ...stored.map(({ messageId }) => messageId)];
    const [row] = await second.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM orchestrator_messages WHERE id = ANY($1::bigint[])',
      [ids],
    );
    expect(row?.count).toBe(new Set(ids).size);
    process.stdout.write(`primary stopped: healed after ${Math.round(healedMs)} ms, ${ids.length} kept\n`);
  });

  it('is followed although the old primary falls silent, and even when it wakes up and writes', async () => {
    const id = await failOverWhileFrozen(controller, 'moved-1', second, first);
    await waitUntil('the listener is back', async () => {
      const rows = await first.query(
        `SELECT 1 FROM pg_stat_activity WHERE application_name = 'moolai-controller-listener'`,
      );
      return rows.length > 0;
    });
    await expect(
      first.query('SELECT 1 FROM orchestrator_messages WHERE id = $1', [id]),
    ).resolves.toHaveLength(1);
  });

  it('is not reverted to the old, writable primary when the new one falls silent', async () => {
    const wakeUp = first.freeze();
    await waitUntil(
      'the old one is refused',
      () => controller.output.includes('left behind by a promotion'),
      30_000,
    );
    expect((await post(controller, 'moved-1')).status).toBe(503);
    wakeUp();
    await untilHealed(controller, 'moved-1', first);
  });

  it('is followed behind one address, although connections to the old, read-only server stay open', async () => {
    await controller.stop();
    proxy = await TcpProxy.to(second.port);
    controller = await start(databaseEnv({ ...first.connection, port: proxy.port }));
    // Both servers have it already.
    await waitUntil('messages are taken', async () => (await post(controller, 'moved-1')).status === 201);
    proxy.leadTo(first.port);
    await second.query('ALTER SYSTEM SET default_transaction_read_only = on');
    await second.query('SELECT pg_reload_conf()');
    const healedMs = await untilHealed(controller, 'moved-1', first);
    process.stdout.write(`address moved: healed after ${Math.round(healedMs)} ms\n`);
    const left = await second.query(
      `SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'moolai-controller%'`,
    );
    expect(left).toEqual([]);
  });
});
