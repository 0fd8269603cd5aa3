import {
  ControllerProcess,
  freePort,
  newDataDir,
  TestDatabase,
  TestOrchestrator,
  waitUntil,
} from '@moolai/testing';
import { databaseEnv } from '../support/command.js';
import { lockRows, untilBlocked } from '../support/row-lock.js';
import { TestController, TOKEN } from '../support/test-controller.js';

interface Probe {
  data: { status: string; details: Record<'process' | 'database' | 'migrations', { status: string }> };
}

const UP = { process: { status: 'up' }, database: { status: 'up' }, migrations: { status: 'up' } };

describe('a controller that shuts down', () => {
  let database: TestDatabase;
  let dataDir: string;
  let controller: ControllerProcess;

  beforeEach(async () => {
    database = await TestDatabase.create();
    dataDir = newDataDir();
    controller = new ControllerProcess(await freePort(), dataDir, {
      ...databaseEnv(database.connection),
      DEV_BEARER_TOKEN: TOKEN,
    });
  });

  afterEach(async () => {
    if (!controller.exit) controller.signal('SIGKILL');
    await controller.untilExit();
    await database.drop();
  });

  /** A probe's answer; undefined while the port is closed. */
  async function probe(path: 'live' | 'ready'): Promise<{ status: number; body: Probe } | undefined> {
    return (await controller.fetch(`/health/${path}`)) as { status: number; body: Probe } | undefined;
  }

  async function register(id: string): Promise<TestOrchestrator> {
    const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${controller.port}/ws`);
    await orchestrator.register(id);
    return orchestrator;
  }

  it('is not ready first, says goodbye, answers pending requests, refuses new ones, and ends', async () => {
    await waitUntil('it is ready', async () => (await probe('ready'))?.status === 200);
    expect((await probe('ready'))?.body.data).toMatchObject({ status: 'ok', details: UP });
    const polite = await register('drain-polite');
    const deaf = await register('drain-deaf');
    const release = await lockRows(database, 'orchestrator_instances', `orchestrator_id = 'drain-polite'`);
    const underWay = fetch(
      `http://127.0.0.1:${controller.port}/api/v1/internal/orchestrators/drain-polite/independence`,
      {
        method: 'PUT',
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
        body: '{"is_independent":true}',
      },
    );
    await untilBlocked(database);
    // Its close handshake keeps the process alive for the checks.
    deaf.freeze();
    controller.signal('SIGTERM');
    await waitUntil('it is not ready', async () => (await probe('ready'))?.status === 503);
    expect((await probe('ready'))?.body.data).toMatchObject({
      status: 'error',
      details: { ...UP, process: { status: 'down' } },
    });
    expect((await probe('live'))?.status).toBe(200);
    await polite.next('goodbye');
    await expect(polite.untilClosed()).resolves.toMatchObject({ code: 1012 });
    await waitUntil('it takes nothing new', async () => {
      const late = await controller.fetch('/api/v1/controller/overview', TOKEN);
      return late?.status === 503 && (late.body as { error: string }).error === 'unavailable';
    });
    await release();
    const answer = await underWay;
    expect(answer.status).toBe(200);
    expect(answer.headers.get('connection')).toBe('close');
    await expect(controller.untilExit()).resolves.toEqual({ code: 0, signal: null });
    deaf.crash();
    await expect(
      database.query(
        `SELECT is_independent FROM orchestrator_instances WHERE orchestrator_id = 'drain-polite'`,
      ),
    ).resolves.toEqual([{ is_independent: true }]);
  });
});

describe('the probes', () => {
  it('tell a live process from a ready one', async () => {
    const controller = await TestController.start();
    await controller.anonymous.get('/health/ready').expect(200);
    await controller.database.query(
      `DELETE FROM migrations WHERE id = (SELECT max(id) FROM migrations) RETURNING name`,
    );
    // A complete schema is not checked again.
    await controller.anonymous.get('/health/ready').expect(200);
    await controller.database.goAway();
    await waitUntil('the outage is seen', async () => {
      const { status, body } = (await controller.anonymous.get('/health/ready')) as {
        status: number;
        body: Probe;
      };
      return status === 503 && body.data.details.database.status === 'down';
    });
    await controller.anonymous.get('/health/live').expect(200);
    await controller.database.comeBack();
    await waitUntil('it is ready again', async () => {
      return (await controller.anonymous.get('/health/ready')).status === 200;
    });
    await controller.dispose();
  });

  it('do not report a process as ready if its database lacks a migration', async () => {
    const controller = await TestController.start();
    await controller.database.query(`DELETE FROM migrations WHERE id = (SELECT max(id) FROM migrations)`);
    const { body } = (await controller.anonymous.get('/health/ready').expect(503)) as { body: Probe };
    expect(body.data.details).toMatchObject({ database: { status: 'up' }, migrations: { status: 'down' } });
    await controller.dispose();
  });
});
