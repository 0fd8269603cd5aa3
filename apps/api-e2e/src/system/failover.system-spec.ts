import { ControllerProcess, freePort, newDataDir, TestOrchestrator, waitUntil } from '@moolai/testing';
import { failOverWhileFrozen, post, untilHealed, untilRefused } from '../support/failover.js';
import { endReplicated, type ReplicaServer } from '../support/replicated-postgres.js';
import { describeWith } from './debian.js';
import { ROLE, startDebianReplicas } from './debian-replicas.js';

describeWith('postgresql-15')('a standby of a PostgreSQL 15 of Debian that is promoted', () => {
  const dataDir = newDataDir();
  let first: ReplicaServer;
  let second: ReplicaServer;
  let controller: ControllerProcess;

  beforeAll(async () => {
    [first, second] = await startDebianReplicas();
    const { user, password, database } = ROLE;
    controller = new ControllerProcess(await freePort(), dataDir, {
      // The standby first: its place in the list does not matter.
      DATABASE_HOST: `127.0.0.1:${second.port},127.0.0.1:${first.port}`,
      DATABASE_USER: user,
      DATABASE_PASSWORD: password,
      DATABASE_NAME: database,
    });
    await controller.untilHealthy();
  });

  afterAll(async () => {
    await controller.stop();
    await endReplicated([first, second]);
  });

  it('is followed, and has everything that was acknowledged', async () => {
    await first.query(`ALTER SYSTEM SET synchronous_standby_names = 'standby'`);
    await first.query('SELECT pg_reload_conf()');
    const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${controller.port}/ws`);
    await orchestrator.register('moved-1');
    const taken: number[] = [];
    await waitUntil('messages are taken', async () => {
      const { id } = await post(controller, 'moved-1');
      if (id !== undefined) taken.push(id);
      return taken.length > 20;
    });
    await first.stop();
    await untilRefused(controller, 'moved-1');
    await second.promote();
    const healedMs = await untilHealed(controller, 'moved-1', second);
    const [row] = await second.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM orchestrator_messages WHERE id = ANY($1::bigint[])',
      [taken],
    );
    expect(row?.count).toBe(taken.length);
    process.stdout.write(`primary stopped: healed after ${Math.round(healedMs)} ms, ${taken.length} kept\n`);
  });

  it('is not given up for the old one when that wakes up and writes', async () => {
    const id = await failOverWhileFrozen(controller, 'moved-1', second, first);
    await expect(
      first.query('SELECT 1 FROM orchestrator_messages WHERE id = $1', [id]),
    ).resolves.toHaveLength(1);
  });
});
