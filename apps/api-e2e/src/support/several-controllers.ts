import { TestOrchestrator, waitUntil, type ControllerProcess } from '@moolai/testing';
import { ControllerFleet } from './controller-fleet.js';

const MORE = { capabilities: ['message_ack'] };

/** What two controllers must do as one, with Redis and without it (contract section 5). */
export function itIsOneController(redisUrl: () => string): void {
  let fleet: ControllerFleet;
  let a: ControllerProcess;
  let b: ControllerProcess;

  beforeAll(async () => {
    fleet = await ControllerFleet.start(2, { REDIS_URL: redisUrl(), LOG_LEVEL: 'info', LOG_FORMAT: 'json' });
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
}
