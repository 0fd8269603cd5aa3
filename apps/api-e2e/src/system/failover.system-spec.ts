import {
  ControllerProcess,
  freePort,
  newDataDir,
  removeDataDir,
  TestOrchestrator,
  waitUntil,
} from '@moolai/testing';
import { post, untilHealed, untilRefused } from '../support/failover.js';
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
      // The standby stands first: its place in the list says nothing.
      DATABASE_HOST: `127.0.0.1:${second.port},127.0.0.1:${first.port}`,
      DATABASE_USER: user,
      DATABASE_PASSWORD: password,
      DATABASE_NAME: database,
    });
    await controller.untilHealthy();
  });

  afterAll(async () => {
    controller.signal('SIGTERM');
    await controller.untilExit();
    await endReplicated([first, second]);
    removeDataDir(dataDir);
  });

  it('is followed, and has all that was acknowledged', async () => {
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
    first.follow(second.connection);
    await first.start();
    await second.untilFollowed();
    const wakeUp = second.freeze();
    await untilRefused(controller, 'moved-1');
    await first.promote();
    const healedMs = await untilHealed(controller, 'moved-1', first);
    wakeUp();
    process.stdout.write(`primary frozen: healed after ${Math.round(healedMs)} ms\n`);
    // Each connection is made again, and the choice with it.
    await first.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'moolai-controller%'`,
    );
    const { id } = await waitUntil('messages are taken', async () => {
      const answer = await post(controller, 'moved-1');
      return answer.status === 201 && answer;
    });
    await expect(
      first.query('SELECT 1 FROM orchestrator_messages WHERE id = $1', [id]),
    ).resolves.toHaveLength(1);
  });
});
