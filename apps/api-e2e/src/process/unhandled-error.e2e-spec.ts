import {
  ControllerProcess,
  freePort,
  newDataDir,
  TestDatabase,
  TestOrchestrator,
  waitUntil,
} from '@moolai/testing';
import { databaseEnv } from '../support/command.js';

const START_PATIENCE_MS = 45_000;
/** Fails inside the controller's process on a signal, like a bug of its own. */
const FAULTS = `
  process.on('SIGUSR2', () => { setInterval(() => { throw new Error('a fault of a timer'); }, 5); });
  process.on('SIGWINCH', () => void Promise.reject(new Error('a fault of a promise')));`;

describe('an unhandled error', () => {
  let database: TestDatabase;
  const dataDir = newDataDir();

  beforeAll(async () => {
    database = await TestDatabase.create();
  });

  afterAll(() => database.drop());

  it.each<[string, NodeJS.Signals, string]>([
    ['thrown repeatedly', 'SIGUSR2', 'a fault of a timer'],
    ['of a promise', 'SIGWINCH', 'a fault of a promise'],
  ])('%s ends the process cleanly, with code 1 and one line', async (_, signal, message) => {
    const controller = new ControllerProcess(await freePort(), dataDir, {
      ...databaseEnv(database.connection),
      LOG_FORMAT: 'json',
      HEARTBEAT_TTL_SEC: '60',
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(FAULTS)}`,
    });
    await waitUntil(
      'it is healthy',
      async () => (await controller.fetch('/api/v1/controller/health'))?.status === 200,
      START_PATIENCE_MS,
    );
    const id = `unhandled-${signal}`;
    const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${controller.port}/ws`);
    await orchestrator.register(id);
    orchestrator.send({
      type: 'i_am_alive',
      orchestrator_id: id,
      health_status: { status: 'ok', at: signal },
    });
    orchestrator.send({
      type: 'recommendation',
      orchestrator_id: id,
      client_message_id: 'r',
      recommendation: {},
    });
    await orchestrator.next('received');
    controller.signal(signal);
    await expect(orchestrator.next('goodbye')).resolves.toMatchObject({ reason: 'shutdown' });
    await expect(orchestrator.untilClosed()).resolves.toMatchObject({ code: 1012 });
    await expect(controller.untilExit()).resolves.toEqual({ code: 1, signal: null });
    const lines = controller.output.split('\n').filter((line) => line.includes('an error was not handled'));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ err: { message } });
    // Everything in memory was written to the database.
    await expect(
      database.query(
        `SELECT health_status->>'at' AS at FROM orchestrator_instances WHERE orchestrator_id = '${id}'`,
      ),
    ).resolves.toEqual([{ at: signal }]);
  });
});
