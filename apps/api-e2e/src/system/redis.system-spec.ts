import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FleetEvent, Page } from '@moolai/contracts';
import {
  ControllerProcess,
  EventReader,
  freePort,
  newDataDir,
  RedisServer,
  waitUntil,
} from '@moolai/testing';
import { CertificateAuthority } from '../support/certificates.js';
import { describeWith } from './debian.js';

const PASSWORD = 'the-password-of-this-Redis';

type Health = Record<'redis', { status: string; latency_ms: number | null }>;

describeWith('redis-server')('a controller with a Redis of Debian that speaks TLS', () => {
  const dataDir = newDataDir();
  const authority = new CertificateAuthority('The authority of this test');
  const other = new CertificateAuthority('Another authority');
  let redis: RedisServer;
  let tlsPort: number;

  const file = (name: string, content: string): string => {
    writeFileSync(join(dataDir, name), content);
    return join(dataDir, name);
  };
  const start = async (trusted: CertificateAuthority): Promise<ControllerProcess> => {
    const controller = new ControllerProcess(await freePort(), dataDir, {
      DEMO_FLEET: '0',
      LOG_FORMAT: 'json',
      REDIS_URL: `rediss://localhost:${tlsPort}`,
      NODE_EXTRA_CA_CERTS: file('authority.pem', trusted.cert),
    });
    await controller.untilHealthy();
    return controller;
  };

  beforeAll(async () => {
    const { cert, key } = authority.issue('localhost');
    tlsPort = await freePort();
    redis = await RedisServer.start([
      ...['--tls-port', String(tlsPort), '--tls-auth-clients', 'no'],
      ...['--tls-cert-file', file('cert.pem', cert), '--tls-key-file', file('key.pem', key)],
      ...['--tls-ca-cert-file', file('ca.pem', authority.cert)],
    ]);
  });

  afterAll(() => redis.stop());

  it('uses it if the authority of its certificate is known', async () => {
    const controller = await start(authority);
    expect(await controller.get('/controller/health')).toMatchObject({ redis: 'up' });
    await controller.stop();
  });

  it('goes on without it if the authority is unknown, and says why', async () => {
    const controller = await start(other);
    expect(await controller.get('/controller/health')).toMatchObject({ status: 'ok', redis: 'down' });
    await waitUntil('the reason is written', () => /certificate.*Redis is away/.test(controller.output));
    await controller.stop();
  });
});

describeWith('redis-server')('a controller with a Redis of Debian', () => {
  let redis: RedisServer;
  let controller: ControllerProcess;
  let dataDir: string;

  const health = async (): Promise<Health['redis']> =>
    (await controller.get<Health>('/internal/health')).redis;
  const until = (status: string): Promise<unknown> =>
    waitUntil(`Redis is ${status}`, async () => (await health()).status === status);
  const linesWith = (text: string): number => controller.output.split(text).length - 1;

  /** On the same data as the one before. */
  const start = async (password: string): Promise<ControllerProcess> => {
    const next = new ControllerProcess(await freePort(), dataDir, {
      DEMO_FLEET: '0',
      LOG_FORMAT: 'json',
      REDIS_URL: `redis://:${password}@127.0.0.1:${redis.port}`,
    });
    await next.untilHealthy();
    return next;
  };

  beforeAll(async () => {
    dataDir = newDataDir();
    redis = await RedisServer.start(['--requirepass', PASSWORD]);
    controller = await start(PASSWORD);
  });

  afterAll(async () => {
    redis.thaw();
    if (!controller.exit) await controller.stop();
    await redis.stop();
  });

  it('shows that Redis is up, and how fast it answers', async () => {
    expect(await health()).toEqual({ status: 'up', latency_ms: expect.any(Number) as unknown });
    expect(await controller.get('/controller/health')).toMatchObject({ status: 'ok', redis: 'up' });
    const metrics = await fetch(`http://127.0.0.1:${controller.port}/metrics`);
    expect(await metrics.text()).toMatch(/^moolai_redis_up 1$/m);
  });

  it('stays healthy while Redis stands still, and notices when it goes on', async () => {
    redis.freeze();
    const frozenAt = performance.now();
    await until('down');
    expect(performance.now() - frozenAt).toBeLessThan(4_000);
    expect(await health()).toEqual({ status: 'down', latency_ms: null });
    expect(await controller.get('/controller/health')).toMatchObject({ status: 'ok', redis: 'down' });
    redis.thaw();
    await until('up');
  });

  it('stays healthy while Redis is stopped, and finds it again with an empty memory', async () => {
    await redis.kill();
    await until('down');
    expect((await controller.fetch('/health/ready'))?.status).toBe(200);
    const metrics = await fetch(`http://127.0.0.1:${controller.port}/metrics`);
    expect(await metrics.text()).toMatch(/^moolai_redis_up 0$/m);
    await redis.restart();
    await until('up');
  });

  it('logs one line for each change, without the password', async () => {
    await waitUntil('the last line is written', () => linesWith('Redis answers again') >= 2);
    expect(linesWith('Redis is away')).toBe(2);
    expect(linesWith('Redis answers again')).toBe(2);
    expect(controller.output + controller.errors).not.toContain(PASSWORD);
  });

  it('resumes a stream of events where the controller before it has stopped, and knows its activity', async () => {
    const open = (lastEventId?: string): Promise<EventReader> =>
      EventReader.open(`http://127.0.0.1:${controller.port}/api/v1/controller/events`, {
        authorization: 'Bearer fake-dev-token',
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      });
    const create = async (id: string): Promise<void> => {
      await controller.api.createOrganization({ organization_id: id, name: id });
    };
    let reader = await open();
    await reader.next('ready');
    await create('first');
    const { id } = await reader.next('organization.created');
    await create('second');
    const second = await reader.next('organization.created');
    reader.close();
    await controller.stop();
    controller = await start(PASSWORD);
    await until('up');
    reader = await open(id);
    expect(await reader.next('organization.created')).toEqual(second);
    await reader.next('ready');
    expect(reader.history.map(({ name }) => name)).not.toContain('resync');
    reader.close();
    const { items } = await controller.get<Page<FleetEvent>>(
      '/controller/activity?type=organization.created',
    );
    expect(items.map((event) => event.id)).toEqual([second.id, id]);
  });

  it('starts without delay while Redis is silent, and stops without delay', async () => {
    await controller.stop();
    redis.freeze();
    const startedAt = performance.now();
    controller = await start(PASSWORD);
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect(await health()).toEqual({ status: 'down', latency_ms: null });
    redis.thaw();
    await until('up');
    expect((await controller.stop()).code).toBe(0);
  });

  it('goes on without a Redis that refuses the password, and says why', async () => {
    controller = await start(`another-${PASSWORD}`);
    expect((await health()).status).toBe('down');
    expect(controller.output).toMatch(/WRONGPASS.*Redis is away/);
    expect(controller.output + controller.errors).not.toContain(PASSWORD);
  });
});
