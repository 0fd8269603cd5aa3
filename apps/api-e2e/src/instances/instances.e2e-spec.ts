import type { Instance } from '@moolai/contracts';
import { ControllerProcess, freePort, newDataDir, TestOrchestrator, waitUntil } from '@moolai/testing';
import { databaseEnv } from '../support/command.js';
import { Figures } from '../support/exposition.js';
import { TestController, TOKEN } from '../support/test-controller.js';
import { useController } from '../support/use-controller.js';

/** Shared, but without a Redis: the list needs only the database. */
async function sharing(instanceId: string): Promise<Record<string, string>> {
  return { REDIS_URL: `redis://127.0.0.1:${await freePort()}`, INSTANCE_ID: instanceId };
}

describe('the only controller of a fleet', () => {
  const controller = useController({ env: { INSTANCE_ID: 'alone' } });

  const heard = async (): Promise<string | undefined> =>
    (await controller.api.listInstances())[0]?.last_heard_at;

  it('lists itself, with its own counts as they are now', async () => {
    await controller.orchestrator('ins-1');
    await controller.connect();
    const [own, ...others] = await controller.api.listInstances();
    expect(others).toEqual([]);
    expect(own).toEqual({
      instance_id: 'alone',
      status: 'up',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
      started_at: expect.any(String) as string,
      last_heard_at: expect.any(String) as string,
      connections: 2,
      registered: 1,
      is_scheduler: true,
    } satisfies Instance);
    expect(Date.parse(own?.last_heard_at ?? '')).toBeGreaterThanOrEqual(Date.parse(own?.started_at ?? ''));
    expect(await controller.api.getInternalHealth()).toMatchObject({ instances: 1 });
  });

  it('renews its entry each second', async () => {
    const before = await heard();
    await waitUntil('it is heard again', async () => (await heard()) !== before);
  });

  it('names itself in the metrics, in a single label', async () => {
    const figures = await Figures.of(controller);
    expect(figures.labels('moolai_build_info', 'instance_id')).toEqual(['alone']);
    expect(figures.value('moolai_controller_scheduler')).toBe(1);
    expect(figures.value('moolai_controller_instances', { status: 'up' })).toBe(1);
    expect(figures.value('moolai_controller_instances', { status: 'lost' })).toBe(0);
    const named = figures.samples.filter(({ labels }) => 'instance_id' in labels);
    expect(named.map(({ name }) => name)).toEqual(['moolai_build_info']);
  });

  it('does not list the start before it, however that ended', async () => {
    await controller.database.query(
      `INSERT INTO controller_starts (instance_id, version, heard_at, ended_at, was_lost)
       VALUES ('before', '0', now(), now(), true)`,
    );
    const before = await heard();
    await waitUntil('the list is read again', async () => (await heard()) !== before);
    expect(await controller.api.listInstances()).toHaveLength(1);
  });
});

describe('several controllers of a fleet', () => {
  const one = new TestController();
  let other: ControllerProcess;

  beforeAll(async () => one.open({ env: await sharing('one') }));

  afterAll(async () => {
    ControllerProcess.killLeftovers();
    await one.dispose();
  });

  async function start(instanceId: string): Promise<void> {
    other = new ControllerProcess(await freePort(), newDataDir(), {
      ...databaseEnv(one.database.connection),
      ...(await sharing(instanceId)),
      DEV_BEARER_TOKEN: TOKEN,
      CONTROLLER_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
    });
    await other.untilHealthy();
  }

  const listed = async (): Promise<Instance[]> => one.api.listInstances();
  const untilStatus = (status: string | undefined): Promise<unknown> =>
    waitUntil(`two is ${status}`, async () => {
      const two = (await listed()).find(({ instance_id }) => instance_id === 'two');
      return two?.status === status;
    });

  it('are listed by each of them, with one scheduler', async () => {
    await start('two');
    const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${other.port}/ws`);
    await orchestrator.register('ins-2');
    await waitUntil('one sees the connection at two', async () => {
      return (await listed()).some(({ connections, registered }) => connections === 1 && registered === 1);
    });
    expect(await listed()).toMatchObject([
      { instance_id: 'one', status: 'up', connections: 0, registered: 0, is_scheduler: true },
      { instance_id: 'two', status: 'up', connections: 1, registered: 1, is_scheduler: false },
    ]);
    const seen = (await other.apiWith(TOKEN).listInstances()).map((row) => [
      row.instance_id,
      row.is_scheduler,
    ]);
    expect(seen).toEqual([
      ['one', true],
      ['two', false],
    ]);
    expect(await one.api.getInternalHealth()).toMatchObject({ instances: 2 });
    expect((await Figures.of(one)).value('moolai_controller_instances', { status: 'up' })).toBe(2);
  });

  it('list one that is killed as lost, until it is back', async () => {
    other.signal('SIGKILL');
    await untilStatus('lost');
    expect(await listed()).toMatchObject([
      { instance_id: 'one', status: 'up' },
      { instance_id: 'two', connections: 1, is_scheduler: false },
    ]);
    expect(await one.api.getInternalHealth()).toMatchObject({ instances: 1 });
    await start('two');
    await untilStatus('up');
    expect(await listed()).toHaveLength(2);
  });

  it('list one that shuts down as draining, and then no more', async () => {
    const deaf = await TestOrchestrator.connect(`ws://127.0.0.1:${other.port}/ws`);
    await deaf.register('ins-3');
    // Its close handshake keeps the process alive for the check.
    deaf.freeze();
    other.signal('SIGTERM');
    await untilStatus('draining');
    await untilStatus(undefined);
    expect(await other.untilExit()).toEqual({ code: 0, signal: null });
    expect(await listed()).toHaveLength(1);
  });

  it('forget a lost one after ten minutes', async () => {
    await start('two');
    other.signal('SIGKILL');
    await untilStatus('lost');
    await one.database.query(
      `UPDATE controller_starts SET ended_at = now() - interval '601 seconds' WHERE instance_id = 'two'`,
    );
    await untilStatus(undefined);
  });
});
