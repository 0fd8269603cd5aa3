import { ControllerProcess, freePort, newDataDir, RedisServer, waitUntil } from '@moolai/testing';
import { describeWith } from './debian.js';

const PASSWORD = 'the-password-of-this-Redis';

type Health = Record<'redis', { status: string; latency_ms: number | null }>;

describeWith('redis-server')('a controller with a Redis of Debian', () => {
  let redis: RedisServer;
  let controller: ControllerProcess;

  const health = async (): Promise<Health['redis']> =>
    (await controller.get<Health>('/internal/health')).redis;
  const until = (status: string): Promise<unknown> =>
    waitUntil(`Redis is ${status}`, async () => (await health()).status === status);
  const linesWith = (text: string): number => controller.output.split(text).length - 1;

  beforeAll(async () => {
    redis = await RedisServer.start(['--requirepass', PASSWORD]);
    controller = new ControllerProcess(await freePort(), newDataDir(), {
      DEMO_FLEET: '0',
      LOG_FORMAT: 'json',
      REDIS_URL: `redis://:${PASSWORD}@127.0.0.1:${redis.port}`,
    });
    await controller.untilHealthy();
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

  it('starts without delay while Redis is silent, and stops without delay', async () => {
    await controller.stop();
    redis.freeze();
    const startedAt = performance.now();
    controller = new ControllerProcess(await freePort(), controller.dataDir, {
      DEMO_FLEET: '0',
      LOG_FORMAT: 'json',
      REDIS_URL: `redis://:${PASSWORD}@127.0.0.1:${redis.port}`,
    });
    await controller.untilHealthy();
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect(await health()).toEqual({ status: 'down', latency_ms: null });
    redis.thaw();
    await until('up');
    expect((await controller.stop()).code).toBe(0);
  });

  it('goes on without a Redis that refuses the password, and says why', async () => {
    controller = new ControllerProcess(await freePort(), controller.dataDir, {
      DEMO_FLEET: '0',
      LOG_FORMAT: 'json',
      REDIS_URL: `redis://:another-${PASSWORD}@127.0.0.1:${redis.port}`,
    });
    await controller.untilHealthy();
    expect((await health()).status).toBe('down');
    expect(controller.output).toMatch(/WRONGPASS.*Redis is away/);
    expect(controller.output + controller.errors).not.toContain(PASSWORD);
  });
});
