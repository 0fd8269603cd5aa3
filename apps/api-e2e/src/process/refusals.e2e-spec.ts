import { createServer, type Server } from 'node:net';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ControllerProcess,
  freePort,
  newDataDir,
  processesOf,
  removeDataDir,
  TestDatabase,
  TEST_SERVER_VARIABLE,
  waitUntil,
  TcpProxy,
  TestOrchestrator,
} from '@moolai/testing';

describe('a controller that cannot start', () => {
  let dataDir: string;
  let port: number;

  beforeEach(async () => {
    dataDir = newDataDir();
    port = await freePort();
  });

  afterEach(() => removeDataDir(dataDir));

  /** Starts it and returns its output at the end: one line, a failing exit code, nothing left. */
  async function refusal(env: Record<string, string>, dir = dataDir): Promise<string> {
    const controller = new ControllerProcess(port, dir, { DEMO_FLEET: '2', ...env });
    const { code } = await controller.untilExit();
    expect(code).toBe(1);
    await waitUntil('nothing is left running', () => processesOf(dataDir).length === 0);
    expect(controller.output).toBe('');
    expect(controller.errors.trim().split('\n')).toHaveLength(1);
    return controller.errors;
  }

  it('reports that the port is taken', async () => {
    const server = createServer();
    await listen(server, port);
    await expect(refusal({})).resolves.toMatch(`CONTROLLER_PORT ${port} is already in use`);
    await new Promise((resolve) => server.close(resolve));
  });

  it('reports that the data directory cannot be written', async () => {
    // A file in its place, which stops root too, unlike permissions.
    const inTheWay = join(dataDir, 'file');
    writeFileSync(inTheWay, '');
    await expect(refusal({}, join(inTheWay, 'data'))).resolves.toContain('CONTROLLER_DATA_DIR');
  });

  it('reports a database without its password file', async () => {
    mkdirSync(join(dataDir, 'postgres'));
    await expect(refusal({})).resolves.toContain('database.json');
  });

  it('reports that the files cannot be written', async () => {
    const configDir = join(dataDir, 'config');
    mkdirSync(join(configDir, '.env', 'in-the-way'), { recursive: true });
    await expect(refusal({ CONTROLLER_CONFIG_DIR: configDir, LOG_LEVEL: 'silent' })).resolves.toContain(
      'CONTROLLER_CONFIG_DIR',
    );
  });

  it.each([
    ['CONTROLLER_PORT', 'http'],
    ['CONTROLLER_PORT', '70000'],
    ['HEARTBEAT_TTL_SEC', '0'],
    ['ORCHESTRATOR_AUTH', 'maybe'],
    ['LOG_LEVEL', 'loud'],
    ['LOG_FORMAT', 'xml'],
    ['DEMO_FLEET', '-1'],
    ['SUPERADMIN_EMAIL', 'nobody'],
    ['CORS_ORIGINS', 'example.com'],
    ['HEARTBEAT_POKER_ENABLED', 'perhaps'],
    ['CONTROLLER_ENCRYPTION_KEY', 'not-a-key'],
  ])('names %s when it is %s, without its value', async (name, value) => {
    const line = await refusal({ [name]: value });
    expect(line).toContain(name);
    if (value.length > 3) expect(line).not.toContain(value);
  });

  it.each([
    [{}, 'JWT_SECRET'],
    [{ JWT_SECRET: 'short' }, 'JWT_SECRET'],
    [{ JWT_SECRET: 'x'.repeat(40) }, 'SUPERADMIN_PASSWORD'],
    [{ JWT_SECRET: 'x'.repeat(40), SUPERADMIN_PASSWORD: 'short' }, 'SUPERADMIN_PASSWORD'],
    [
      { JWT_SECRET: 'x'.repeat(40), SUPERADMIN_PASSWORD: 'y'.repeat(20), DEV_BEARER_TOKEN: 'fake-dev-token' },
      'DEV_BEARER_TOKEN',
    ],
    [
      { JWT_SECRET: 'x'.repeat(40), SUPERADMIN_PASSWORD: 'y'.repeat(20), DEV_BEARER_TOKEN: 'short' },
      'DEV_BEARER_TOKEN',
    ],
    [
      { JWT_SECRET: 'x'.repeat(40), SUPERADMIN_PASSWORD: 'y'.repeat(20), JWT_SECRET_PREVIOUS: 'short' },
      'JWT_SECRET_PREVIOUS',
    ],
    [
      {
        JWT_SECRET: 'x'.repeat(40),
        SUPERADMIN_PASSWORD: 'y'.repeat(20),
        CONTROLLER_ENCRYPTION_KEY: '0'.repeat(64),
      },
      'CONTROLLER_ENCRYPTION_KEY',
    ],
  ])('refuses default secrets in production: %j', async (env, name) => {
    await expect(refusal({ NODE_ENV: 'production', ...env })).resolves.toContain(name);
  });

  it('reports that another controller uses the data directory', async () => {
    const first = new ControllerProcess(port, dataDir, { DEMO_FLEET: '0' });
    await first.untilHealthy();
    const second = new ControllerProcess(await freePort(), dataDir, { DEMO_FLEET: '0' });
    await expect(second.untilExit()).resolves.toMatchObject({ code: 1 });
    expect(second.errors).toContain('in use by another controller');
    expect((await first.fetch('/api/v1/controller/health'))?.status).toBe(200);
    await first.stop();
  });
});

describe('a controller with an external server', () => {
  it('waits for it with growing pauses, then migrates, and starts neither a database nor a demo fleet', async () => {
    const dataDir = newDataDir();
    const database = await TestDatabase.create({ empty: true });
    const server = JSON.parse(process.env[TEST_SERVER_VARIABLE] ?? '') as { host: string; port: number };
    const proxyPort = await freePort();
    const controller = new ControllerProcess(await freePort(), dataDir, {
      DATABASE_HOST: '127.0.0.1',
      DATABASE_PORT: String(proxyPort),
      DATABASE_USER: database.connection.user,
      DATABASE_PASSWORD: database.connection.password,
      DATABASE_NAME: database.connection.database,
      LOG_FORMAT: 'json',
      DEMO_FLEET: '3',
    });
    await waitUntil('it has tried three times', () => pauses(controller.output).length >= 3);
    const [first = 0, second = 0, third = 0] = pauses(controller.output);
    expect(second).toBeGreaterThan(first);
    expect(third).toBeGreaterThan(second);

    const proxy = await forward(proxyPort, server.port);
    await controller.untilHealthy();
    await expect(database.query('SELECT 1 FROM migrations')).resolves.not.toHaveLength(0);
    await expect(controller.api.listConnectedOrchestrators()).resolves.toEqual({ items: [], total: 0 });
    expect(processesOf(`${dataDir}/postgres`)).toEqual([]);
    controller.signal('SIGTERM');
    await expect(controller.untilExit()).resolves.toEqual({ code: 0, signal: null });
    await new Promise((resolve) => proxy.close(resolve));
    await database.drop();
  });

  it('ends within its grace time when the server has vanished, and logs the loss', async () => {
    const dataDir = newDataDir();
    const database = await TestDatabase.create({ empty: true });
    const { connection } = database;
    const proxy = await TcpProxy.to(connection.port);
    const controller = new ControllerProcess(await freePort(), dataDir, {
      DATABASE_HOST: '127.0.0.1',
      DATABASE_PORT: String(proxy.port),
      DATABASE_USER: connection.user,
      DATABASE_PASSWORD: connection.password,
      DATABASE_NAME: connection.database,
      LOG_FORMAT: 'json',
    });
    await controller.untilHealthy();
    const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${controller.port}/ws`);
    await orchestrator.register('lost-1');
    proxy.cutOff();
    orchestrator.beat('lost-1');
    await waitUntil('the heartbeat is taken', () => controller.output.includes('Processing heartbeat'));
    controller.signal('SIGTERM');
    await expect(controller.untilExit()).resolves.toEqual({ code: 1, signal: null });
    expect(controller.output).toContain('the last heartbeats could not be written and are lost');
    await proxy.close();
    await database.drop();
  });

  it.each([
    ['wrong-password', 'password authentication failed'],
    ['', 'DATABASE_PASSWORD must be set'],
  ])('ends with one line when the server refuses the password %j', async (password, words) => {
    const dataDir = newDataDir();
    const server = JSON.parse(process.env[TEST_SERVER_VARIABLE] ?? '') as { port: number; user: string };
    const controller = new ControllerProcess(await freePort(), dataDir, {
      DATABASE_HOST: '127.0.0.1',
      DATABASE_PORT: String(server.port),
      DATABASE_USER: server.user,
      DATABASE_PASSWORD: password,
    });
    await expect(controller.untilExit()).resolves.toMatchObject({ code: 1 });
    expect(controller.errors).toContain(words);
    expect(controller.errors).not.toContain('wrong-password');
  });
});

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
}

/** The logged pauses, in milliseconds. */
function pauses(output: string): number[] {
  return [...output.matchAll(/"retry_in_ms":(\d+)/g)].map(([, ms]) => Number(ms));
}

/** Forwards a port to another one, on which the database "comes up". */
async function forward(from: number, to: number): Promise<Server> {
  const { connect } = await import('node:net');
  const server = createServer((inbound) => {
    const outbound = connect(to, '127.0.0.1');
    inbound.pipe(outbound).pipe(inbound);
    inbound.on('error', () => outbound.destroy());
    outbound.on('error', () => inbound.destroy());
  });
  await listen(server, from);
  return server;
}
