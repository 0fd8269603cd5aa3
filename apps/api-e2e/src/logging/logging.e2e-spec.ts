import { connect } from 'node:net';
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
import { TOKEN } from '../support/test-controller.js';
import { useController } from '../support/use-controller.js';

/** A line of the log. */
type Line = Record<string, unknown>;

describe('the log line of a request', () => {
  const controller = useController();

  beforeAll(async () => {
    await controller.orchestrator('log-1');
  });

  /** The line of the request with this id. */
  function lineOf(requestId: unknown): Promise<Line> {
    return waitUntil('the request has a line', () =>
      controller.log
        .records()
        .find((line) => line['request_id'] === requestId && typeof line['duration_ms'] === 'number'),
    );
  }

  it('has method, template, status, duration, address and the request id of the answer', async () => {
    const { headers } = await controller.api
      .switchIndependence('log-1', { is_independent: true })
      .expect(200);
    expect(await lineOf(headers['x-request-id'])).toEqual({
      level: 'info',
      time: expect.any(String) as string,
      msg: 'request answered',
      request_id: headers['x-request-id'],
      method: 'PUT',
      route: '/api/v1/internal/orchestrators/:id/independence',
      status: 200,
      duration_ms: expect.any(Number) as number,
      address: '127.0.0.1',
    });
  });

  it('is at debug level for a successful read, and visible for a refused one', async () => {
    const read = await controller.api.getOverview().expect(200);
    expect(await lineOf(read.headers['x-request-id'])).toMatchObject({ level: 'debug', status: 200 });
    const { error } = await controller.api.getOrchestrator('log-none').expect(404);
    expect(await lineOf(error.request_id)).toMatchObject({
      level: 'info',
      status: 404,
      route: '/api/v1/controller/orchestrators/:id',
    });
  });

  it('contains neither the URL nor the headers', async () => {
    const { headers } = await controller
      .apiWith('a-token-of-somebody')
      .listOrchestrators(
        { search: 'what-a-customer-is-called' },
        { cookie: 'refresh_token=a-cookie-of-somebody' },
      )
      .expect(403);
    await lineOf(headers['x-request-id']);
    expect(controller.log.text()).not.toMatch(/what-a-customer|token-of-somebody|cookie-of-somebody/);
  });

  it('says that the client left before its answer', async () => {
    const release = await lockRows(
      controller.database,
      'orchestrator_instances',
      `orchestrator_id = 'log-1'`,
    );
    const { hostname, port } = new URL(controller.url);
    const socket = connect(Number(port), hostname);
    const body = '{"is_independent":false}';
    socket.write(
      `PUT /api/v1/internal/orchestrators/log-1/independence HTTP/1.1\r\nhost: ${hostname}\r\n` +
        `authorization: Bearer ${TOKEN}\r\ncontent-type: application/json\r\n` +
        `content-length: ${body.length}\r\n\r\n${body}`,
    );
    await untilBlocked(controller.database);
    socket.destroy();
    const line = await waitUntil('it has a line', () =>
      controller.log.records().find(({ msg }) => msg === 'request ended by the client'),
    );
    expect(line).toMatchObject({ level: 'info', method: 'PUT', status: null });
    await release();
  });
});

describe('the log of a process', () => {
  let database: TestDatabase;
  let dataDir: string;
  let controller: ControllerProcess | undefined;

  beforeAll(async () => {
    database = await TestDatabase.create();
    dataDir = newDataDir();
  });

  afterAll(() => database.drop());

  /** All output of a controller that received one heartbeat. */
  async function life(id: string, env: Record<string, string>): Promise<string> {
    controller = new ControllerProcess(await freePort(), dataDir, {
      ...databaseEnv(database.connection),
      ...env,
    });
    const running = controller;
    await running.untilHealthy();
    const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${running.port}/ws`);
    await orchestrator.register(id);
    orchestrator.send({ type: 'i_am_alive', orchestrator_id: id });
    await waitUntil('it is processed', () => running.output.includes('[C-OCS]'));
    await running.stop();
    return running.output;
  }

  it('is JSON from the first line to the last, with ids as fields', async () => {
    const output = await life('log-json', { LOG_FORMAT: 'json', LOG_LEVEL: 'debug' });
    const lines = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    expect(lines.map(({ msg }) => msg)).toEqual(
      expect.arrayContaining([
        '[C-OCS] Processing heartbeat from orchestrator log-json',
        'listening',
        'SIGTERM: stopping',
      ]),
    );
    expect(lines.find(({ msg }) => msg === 'orchestrator registered')).toMatchObject({
      level: 'info',
      orchestrator_id: 'log-json',
      session_id: expect.any(String) as string,
    });
    expect(lines.filter(({ level, time }) => typeof level !== 'string' || typeof time !== 'string')).toEqual(
      [],
    );
  });

  it('is pretty by default, with the line that the HLD shows', async () => {
    const output = await life('log-pretty', { LOG_FORMAT: 'pretty' });
    expect(output).toMatch(
      /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] INFO: \[C-OCS\] Processing heartbeat from orchestrator log-pretty$/m,
    );
    expect(output).toMatch(/INFO: orchestrator registered \{"orchestrator_id":"log-pretty",/);
  });
});
