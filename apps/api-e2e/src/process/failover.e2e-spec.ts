import { setTimeout as delay } from 'node:timers/promises';
import type { LiveOrchestrators, Message } from '@moolai/contracts';
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
import { endReplicated, startReplicated, type ReplicaServer } from '../support/replicated-postgres.js';

/** From the moment when the new primary answers; the figure. */
const HEALED_WITHIN_MS = 10_000;

describe('another server becomes the one that writes', () => {
  const dataDirs: string[] = [];
  let first: ReplicaServer;
  let second: ReplicaServer;
  let controller: ControllerProcess;
  let proxy: TcpProxy | undefined;

  beforeAll(async () => {
    [first, second] = await startReplicated();
    // The standby stands first: its place in the list says nothing.
    controller = await start(`127.0.0.1:${second.port},127.0.0.1:${first.port}`);
  });

  afterAll(async () => {
    controller.signal('SIGTERM');
    await controller.untilExit();
    await proxy?.close();
    await endReplicated([first, second]);
    for (const dataDir of dataDirs) removeDataDir(dataDir);
  });

  async function start(host: string): Promise<ControllerProcess> {
    const dataDir = newDataDir();
    dataDirs.push(dataDir);
    const { user, password, database } = first.connection;
    const started = new ControllerProcess(await freePort(), dataDir, {
      DATABASE_HOST: host,
      DATABASE_USER: user,
      DATABASE_PASSWORD: password,
      DATABASE_NAME: database,
    });
    await started.untilHealthy();
    return started;
  }

  async function post(
    to: ControllerProcess,
    id: string,
  ): Promise<{ status: number; id: number | undefined }> {
    const response = await fetch(`http://127.0.0.1:${to.port}/api/v1/internal/orchestrators/${id}/messages`, {
      method: 'POST',
      headers: { authorization: 'Bearer fake-dev-token', 'content-type': 'application/json' },
      body: JSON.stringify({ message_type: 'order', message_content: {} }),
    });
    return { status: response.status, id: ((await response.json()) as { data?: Message }).data?.id };
  }

  async function isReady(of: ControllerProcess): Promise<boolean> {
    return (await of.fetch('/health/ready'))?.status === 200;
  }

  async function untilRefused(of: ControllerProcess, id: string): Promise<void> {
    await waitUntil('nothing is taken', async () => (await post(of, id)).status === 503);
    await waitUntil('it is not ready', async () => !(await isReady(of)));
  }

  /** Milliseconds until everything is as before. */
  async function untilHealed(of: ControllerProcess, id: string, on: ReplicaServer): Promise<number> {
    const startedAt = performance.now();
    await waitUntil('messages are taken', async () => (await post(of, id)).status === 201, 30_000);
    await waitUntil('it is ready', () => isReady(of));
    const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${of.port}/ws`);
    const newcomer = `${id}-on-${on.port}`;
    await orchestrator.register(newcomer);
    await untilHeard(of, newcomer, on);
    return performance.now() - startedAt;
  }

  /** Switches by SQL until that is announced: what was switched before the controller listens is read, too. */
  async function untilHeard(of: ControllerProcess, id: string, on: ReplicaServer): Promise<void> {
    const isIndependent = async (): Promise<boolean | undefined> => {
      const { items } = await of.get<LiveOrchestrators>('/controller/orchestrators/live');
      return items.find(({ orchestrator_id }) => orchestrator_id === id)?.is_independent;
    };
    for (const value of [true, false]) {
      await on.query('UPDATE orchestrator_instances SET is_independent = $1 WHERE orchestrator_id = $2', [
        value,
        id,
      ]);
      await waitUntil('a switch by SQL is heard', async () => (await isIndependent()) === value);
    }
  }

  it('is followed within ten seconds, and has all that was acknowledged', async () => {
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
    expect(healedMs).toBeLessThan(HEALED_WITHIN_MS);
    process.stdout.write(`primary stopped: healed after ${Math.round(healedMs)} ms, ${ids.length} kept\n`);
  });

  it('is followed although the old one falls silent, and though that one wakes up and writes', async () => {
    first.follow(second.connection);
    await first.start();
    await second.untilFollowed();
    const wakeUp = second.freeze();
    await untilRefused(controller, 'moved-1');
    await first.promote();
    const healedMs = await untilHealed(controller, 'moved-1', first);
    wakeUp();
    expect(healedMs).toBeLessThan(HEALED_WITHIN_MS);
    process.stdout.write(`primary frozen: healed after ${Math.round(healedMs)} ms\n`);
    // Each connection is made again, and the choice with it.
    await first.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'moolai-controller%'`,
    );
    const { id } = await waitUntil('messages are taken', async () => {
      const answer = await post(controller, 'moved-1');
      return answer.status === 201 && answer;
    });
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

  it('is not given up for the old one, which writes, when the new one falls silent', async () => {
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

  it('is followed behind one address, though connections to the old one, which only reads, stay open', async () => {
    controller.signal('SIGTERM');
    await controller.untilExit();
    proxy = await TcpProxy.to(second.port);
    controller = await start(`127.0.0.1:${proxy.port}`);
    // Both servers know it from before.
    await waitUntil('messages are taken', async () => (await post(controller, 'moved-1')).status === 201);
    proxy.leadTo(first.port);
    await second.query('ALTER SYSTEM SET default_transaction_read_only = on');
    await second.query('SELECT pg_reload_conf()');
    const healedMs = await untilHealed(controller, 'moved-1', first);
    expect(healedMs).toBeLessThan(HEALED_WITHIN_MS);
    process.stdout.write(`address moved: healed after ${Math.round(healedMs)} ms\n`);
    const left = await second.query(
      `SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'moolai-controller%'`,
    );
    expect(left).toEqual([]);
  });
});
