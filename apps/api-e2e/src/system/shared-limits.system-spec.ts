import {
  AttemptLimit,
  createLogger,
  FleetRefusals,
  LiveRedis,
  loadSettings,
  SystemClock,
  TakeoverCount,
} from '@moolai/api';
import { RedisServer, waitUntil } from '@moolai/testing';
import { describeWith } from './debian.js';

const LOGGER = createLogger(loadSettings({ LOG_LEVEL: 'silent' }));
const KEY = '192.0.2.0 ada@example.com';

describeWith('redis-server')('limits of two controllers with a Redis of Debian', () => {
  let redis: RedisServer;
  let connections: LiveRedis[];

  const connect = async (): Promise<LiveRedis> => {
    const { redis: settings } = loadSettings({ REDIS_URL: redis.url });
    if (!settings) throw new Error('there is no Redis');
    const connection = new LiveRedis(settings, 'fleet', LOGGER);
    connections.push(connection);
    await connection.start();
    return connection;
  };
  const both = async <T>(make: (connection: LiveRedis) => T): Promise<[T, T]> => [
    make(await connect()),
    make(await connect()),
  ];
  const untilAll = (isUp: boolean): Promise<unknown> =>
    waitUntil(`Redis is ${isUp ? 'up' : 'away'} for both`, () =>
      connections.every((one) => one.isUp === isUp),
    );
  const keys = async (): Promise<string[]> => (await connections[0]?.ask((client) => client.keys('*'))) ?? [];

  beforeEach(async () => {
    connections = [];
    redis = await RedisServer.start();
  });

  afterEach(async () => {
    redis.thaw();
    await Promise.all(connections.map((one) => one.onApplicationShutdown()));
    await redis.stop();
  });

  describe('of failed sign-ins', () => {
    let a: AttemptLimit;
    let b: AttemptLimit;

    beforeEach(async () => {
      [a, b] = await both((connection) => new AttemptLimit(connection, 'test', 4));
    });

    it('count the attempts at both, and report the lock once with the addresses of both', async () => {
      for (const limit of [a, b, a, b])
        expect(await limit.count(KEY, limit === a ? '192.0.2.1' : '192.0.2.2')).toBeUndefined();
      const [first, second] = [await b.count(KEY, '192.0.2.3'), await a.count(KEY, '192.0.2.3')];
      expect(first).toMatchObject({ failures: 4, isNew: true });
      expect(first?.addresses.toSorted()).toEqual(['192.0.2.1', '192.0.2.2']);
      expect(first?.waitMs).toBeGreaterThan(890_000);
      expect(second).toMatchObject({ failures: 4, isNew: false });
      expect(await a.count('other', '192.0.2.3')).toBeUndefined();
    });

    it('return an attempt for both, and forget all after a success at either', async () => {
      for (const limit of [a, a, b, b]) await limit.count(KEY, '192.0.2.1');
      await a.uncount(KEY);
      expect(await b.count(KEY, '192.0.2.1')).toBeUndefined();
      expect(await a.count(KEY, '192.0.2.1')).toBeDefined();
      await b.forget(KEY);
      for (const limit of [a, b, a, b]) expect(await limit.count(KEY, '192.0.2.1')).toBeUndefined();
      expect(await a.count(KEY, '192.0.2.1')).toMatchObject({ isNew: true });
    });

    it('leave keys in Redis that expire, and that name neither addresses nor people', async () => {
      await a.count(KEY, '192.0.2.1');
      await waitUntil('both keys are there', async () => (await keys()).length === 2);
      for (const key of await keys()) {
        expect(key).toMatch(/^moolai:fleet:limits:test:[0-9a-f]{32}(:addresses)?$/);
        const ttl = await connections[0]?.ask((client) => client.ttl(key));
        expect(ttl).toBeGreaterThan(0);
        expect(ttl).toBeLessThanOrEqual(900);
      }
    });

    it('count in memory while Redis is stopped, and together again afterwards', async () => {
      await redis.kill();
      await untilAll(false);
      for (let attempt = 0; attempt < 4; attempt += 1)
        expect(await a.count(KEY, '192.0.2.1')).toBeUndefined();
      expect(await a.count(KEY, '192.0.2.1')).toMatchObject({
        failures: 4,
        isNew: true,
        addresses: ['192.0.2.1'],
      });
      expect(await a.count(KEY, '192.0.2.1')).toMatchObject({ isNew: false });
      expect(await b.count(KEY, '192.0.2.1')).toBeUndefined();
      await redis.restart();
      await untilAll(true);
      for (const limit of [a, b, a, b]) expect(await limit.count(KEY, '192.0.2.1')).toBeUndefined();
      expect(await b.count(KEY, '192.0.2.1')).toBeDefined();
    });

    it('make no attempt wait for a Redis that stands still', async () => {
      redis.freeze();
      const startedAt = performance.now();
      for (let attempt = 0; attempt < 4; attempt += 1)
        expect(await a.count(KEY, '192.0.2.1')).toBeUndefined();
      expect(await a.count(KEY, '192.0.2.1')).toBeDefined();
      expect(performance.now() - startedAt).toBeLessThan(4_000);
    });
  });

  it('of takeovers count those at both', async () => {
    const [a, b] = await both((connection) => new TakeoverCount(connection, new SystemClock()));
    expect([
      await a.add('orch-1'),
      await b.add('orch-1'),
      await b.add('orch-1'),
      await a.add('orch-1'),
    ]).toEqual([1, 2, 3, 4]);
    expect(await b.add('orch-2')).toBe(1);
    await a.forget('orch-1');
    expect(await a.add('orch-1')).toBe(1);
    const times = await connections[0]?.ask((client) => client.xLen('moolai:fleet:takeovers:orch-2'));
    expect(times).toBe(1);
  });

  it('of reported refusals count those at both', async () => {
    const limits = { durationSec: 60, total: 3, ofAddress: 2, audited: 1 };
    const [a, b] = await both((connection) => new FleetRefusals(connection, limits));
    expect(await a.mayReport('refusal 1', 'network 1')).toBe(true);
    expect(await b.mayReport('refusal 1', 'network 1')).toBe(false);
    expect(await b.mayReport('refusal 2', 'network 1')).toBe(true);
    expect(await a.mayReport('refusal 3', 'network 1')).toBe(false);
    expect(await a.mayReport('refusal 3', 'network 2')).toBe(false);
    expect(await b.mayReport('refusal 4', 'network 2')).toBe(true);
    expect(await a.mayReport('refusal 5', 'network 3')).toBe(false);
    expect([await a.mayAudit(), await b.mayAudit()]).toEqual([true, false]);
  });
});
