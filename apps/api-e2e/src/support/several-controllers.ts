import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestOrchestrator, waitUntil, type ControllerProcess } from '@moolai/testing';
import { ControllerFleet } from './controller-fleet.js';

const MORE = { capabilities: ['message_ack'] };

/** What two controllers must do as one, with Redis and without it (contract section 5). */
export function itIsOneController(redisUrl: () => string): void {
  let fleet: ControllerFleet;
  let a: ControllerProcess;
  let b: ControllerProcess;

  beforeAll(async () => {
    fleet = await ControllerFleet.start(2, {
      REDIS_URL: redisUrl(),
      HEARTBEAT_TTL_SEC: '60',
      LOG_LEVEL: 'info',
      LOG_FORMAT: 'json',
    });
    [a, b] = fleet.controllers as [ControllerProcess, ControllerProcess];
  }, 120_000);

  afterAll(() => fleet.stop());

  const connect = (to: ControllerProcess): Promise<TestOrchestrator> =>
    TestOrchestrator.connect(`ws://127.0.0.1:${to.port}/ws`);

  it('closes the older connection of an orchestrator that registers at another instance', async () => {
    const older = await connect(a);
    await older.register('two-1');
    const newer = await connect(b);
    await newer.register('two-1');
    await expect(older.untilClosed()).resolves.toMatchObject({ code: 4409 });
    expect(newer.isOpen).toBe(true);
    const back = await connect(a);
    await back.register('two-1');
    await expect(newer.untilClosed()).resolves.toMatchObject({ code: 4409 });
    expect(back.isOpen).toBe(true);
    back.socket.close();
  });

  it('delivers a message that was sent at the other instance, and shows its delivery there', async () => {
    const orchestrator = await connect(a);
    await orchestrator.register('two-2', MORE);
    const { id } = await b.api.sendMessage('two-2', { message_type: 'note', message_content: { n: 1 } });
    const message = await orchestrator.next('message');
    expect(message).toMatchObject({ message_id: id });
    orchestrator.send({ type: 'message_ack', orchestrator_id: 'two-2', message_id: id, status: 'delivered' });
    await waitUntil('it is delivered', async () => (await b.api.getMessage(id)).status === 'delivered');
    orchestrator.socket.close();
  });

  it('pushes a configuration that was changed at the other instance, and says so', async () => {
    const orchestrator = await connect(a);
    await orchestrator.register('two-3');
    const change = await b.api.changeOrchestratorConfig('two-3', { features: { fast: true } });
    expect(change).toMatchObject({ pushed: true });
    await expect(orchestrator.next('config_update')).resolves.toMatchObject({
      config_version: change.config_version,
    });
    orchestrator.socket.close();
  });

  it('processes no heartbeat under the old flag once a switch at the other instance is answered', async () => {
    const orchestrator = await connect(a);
    await orchestrator.register('two-4');
    for (let round = 0; round < 10; round += 1) {
      await b.api.switchIndependence('two-4', { is_independent: true });
      const processed = a.output.split('Processing heartbeat from orchestrator two-4').length;
      const ignored = a.output.split('Ignoring heartbeat from independent orchestrator two-4').length;
      orchestrator.beat('two-4');
      await waitUntil(
        'the heartbeat is ignored',
        () => a.output.split('Ignoring heartbeat from independent orchestrator two-4').length > ignored,
      );
      expect(a.output.split('Processing heartbeat from orchestrator two-4').length).toBe(processed);
      await b.api.switchIndependence('two-4', { is_independent: false });
    }
    orchestrator.socket.close();
  });

  it('closes a connection when its orchestrator is decommissioned at the other instance', async () => {
    const orchestrator = await connect(a);
    await orchestrator.register('two-5');
    await b.api.decommissionOrchestrator('two-5');
    await expect(orchestrator.untilClosed()).resolves.toMatchObject({ code: 4400 });
  });

  it('shows the same fleet at both instances', async () => {
    const [here, there] = [await connect(a), await connect(b)];
    await here.register('two-6');
    await there.register('two-7');
    here.beat('two-6', { health_status: { status: 'error' } });
    await b.api.switchIndependence('two-7', { is_independent: true });
    for (const controller of [a, b]) {
      await waitUntil('it shows both', async () => {
        const { items } = await controller.api.listConnectedOrchestrators();
        const shown = new Map(items.map((item) => [item.orchestrator_id, item.status]));
        return shown.get('two-6') === 'error' && shown.get('two-7') === 'independent';
      });
      expect(await controller.api.getOrchestrator('two-6')).toMatchObject({
        status: 'error',
        connected: true,
        status_reason: expect.stringMatching(/reports health status "error"|Redis is away/) as string,
      });
      const list = await controller.api.listOrchestrators({ status: 'error' });
      expect(list.items.map((item) => item.orchestrator_id)).toEqual(['two-6']);
    }
    const [one, other] = await Promise.all([a.api.getOverview(), b.api.getOverview()]);
    expect(other.orchestrators).toEqual(one.orchestrators);
    here.socket.close();
    await waitUntil('the other one shows that it has left', async () => {
      const { connected, status } = await b.api.getOrchestrator('two-6');
      return !connected && status === 'inactive';
    });
    there.socket.close();
  });

  it('expects the orchestrators of an instance that was killed back, and shows nothing in between', async () => {
    const c = await fleet.add();
    const orchestrator = await connect(c);
    await orchestrator.register('two-8');
    orchestrator.beat('two-8');
    await waitUntil('it is known', async () => (await a.api.getOrchestrator('two-8')).connected);
    const seen = new Set<string>();
    await c.kill();
    await waitUntil('the instance is lost', async () => {
      seen.add((await a.api.getOrchestrator('two-8')).status);
      const { items } = { items: await a.api.listInstances() };
      return items.some(({ status }) => status === 'lost');
    });
    const { status_reason } = await waitUntil('it is expected back', async () => {
      const known = await a.api.getOrchestrator('two-8');
      seen.add(known.status);
      return !known.connected && known;
    });
    expect(status_reason).toMatch(
      /^It was active when the controller went down, and has until .* to come back\.$/,
    );
    expect([...seen]).toEqual(['active']);
    const again = await connect(b);
    await again.register('two-8');
    await waitUntil('it is back everywhere', async () => (await a.api.getOrchestrator('two-8')).connected);
    again.socket.close();
  });

  it('expires a message that was sent at any instance', async () => {
    expect(await schedulers()).toHaveLength(1);
    for (const [index, controller] of [a, b].entries()) {
      await controller.api.createOrchestrator({ orchestrator_id: `two-x${index}` });
      const message = { message_type: 'note', message_content: {}, expires_in_sec: 1 };
      const { id } = await controller.api.sendMessage(`two-x${index}`, message);
      await waitUntil('it expires', async () => (await a.api.getMessage(id)).status === 'expired');
    }
  });

  it('keeps the files at the instance that schedules, and another one takes over', async () => {
    const orchestrator = await connect(b);
    await orchestrator.register('two-9');
    const c = await fleet.add();
    const flagInFile = (): unknown =>
      (
        JSON.parse(readFileSync(join(fleet.dataDir, 'config/orchestrator_independence.json'), 'utf8')) as {
          orchestrators: Record<string, { is_independent: boolean }>;
        }
      ).orchestrators['two-9']?.is_independent;
    for (const controller of [a, b, c]) {
      for (const isIndependent of [true, false]) {
        const { persisted } = await controller.api.switchIndependence('two-9', {
          is_independent: isIndependent,
        });
        expect(persisted).toEqual({ database: true, env_file: true, json_file: true });
        expect(flagInFile()).toBe(isIndependent);
      }
    }
    const [scheduler] = await schedulers();
    const former = fleet.named(scheduler);
    await former?.kill();
    const left = fleet.controllers.filter(({ exit }) => !exit);
    await waitUntil(
      'another one schedules',
      async () => {
        const [present] = await schedulersAt(left[0] ?? a);
        return present !== undefined && present !== scheduler;
      },
      15_000,
    );
    for (const controller of left) {
      await waitUntil('the files follow again', async () => {
        const { persisted } = await controller.api.switchIndependence('two-9', { is_independent: true });
        return persisted.env_file && persisted.json_file;
      });
      expect(flagInFile()).toBe(true);
    }
    orchestrator.socket.close();
  });

  async function schedulersAt(controller: ControllerProcess): Promise<string[]> {
    const instances = await controller.api.listInstances();
    return instances.flatMap((one) => (one.is_scheduler && one.status === 'up' ? one.instance_id : []));
  }

  const schedulers = (): Promise<string[]> => schedulersAt(a);
}
