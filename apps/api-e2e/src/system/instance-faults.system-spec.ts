import { setTimeout as delay } from 'node:timers/promises';
import { RedisServer, TcpProxy, waitUntil, type ControllerProcess } from '@moolai/testing';
import { ControllerFleet } from '../support/controller-fleet.js';
import { FleetLoad } from '../support/fleet-load.js';
import { describeWith } from './debian.js';

const ORCHESTRATORS = 200;
const TTL_SEC = 30;

describeWith('redis-server')('two controllers under load', () => {
  let redis: RedisServer;
  let fleet: ControllerFleet;
  let load: FleetLoad;
  let a: ControllerProcess;
  let b: ControllerProcess;
  /** Between the first controller and what it needs. */
  let database: TcpProxy;
  let databaseOfB: TcpProxy;
  let cache: TcpProxy;

  beforeEach(async () => {
    redis = await RedisServer.start();
    fleet = await ControllerFleet.start(0, {
      REDIS_URL: redis.url,
      HEARTBEAT_INTERVAL_SEC: '1',
      HEARTBEAT_TTL_SEC: String(TTL_SEC),
    });
    database = await TcpProxy.to(fleet.database.connection.port);
    databaseOfB = await TcpProxy.to(fleet.database.connection.port);
    cache = await TcpProxy.to(redis.port);
    a = await fleet.add({
      DATABASE_PORT: String(database.port),
      REDIS_URL: `redis://127.0.0.1:${cache.port}`,
    });
    b = await fleet.add({ DATABASE_PORT: String(databaseOfB.port) });
    load = await FleetLoad.start(fleet, ORCHESTRATORS);
  }, 120_000);

  afterEach(async () => {
    redis.thaw();
    fleet.resumeAll();
    await load.stop();
    await fleet.stop();
    await redis.stop();
    await database.close();
    await databaseOfB.close();
    await cache.close();
  });

  /** Every message arrived once, and no orchestrator was ever shown as anything but active. */
  async function expectNothingLost(): Promise<void> {
    await load.settle();
    expect(load.stored.length).toBeGreaterThan(100);
    expect(load.repeated()).toEqual([]);
    expect([...load.wrong]).toEqual([]);
  }

  it('lose nothing when one of them is killed', async () => {
    await waitUntil('messages flow', () => load.stored.length > 100);
    await a.kill();
    await load.untilConnected(60_000);
    await expectNothingLost();
    await waitUntil('it is lost', async () =>
      (await b.api.listInstances()).some(({ status }) => status === 'lost'),
    );
  });

  it('lose nothing when one of them stands still and comes back', async () => {
    await waitUntil('messages flow', () => load.stored.length > 100);
    fleet.pause(a);
    await waitUntil('it is lost', async () =>
      (await b.api.listInstances()).some(({ status }) => status === 'lost'),
    );
    fleet.resume(a);
    await waitUntil('it is up again', async () => {
      const up = (await b.api.listInstances()).filter(({ status }) => status === 'up');
      return up.length === 2;
    });
    await load.untilConnected(60_000);
    await expectNothingLost();
  });

  it('lose nothing when one of them is cut off from Redis alone', async () => {
    await waitUntil('messages flow', () => load.stored.length > 100);
    cache.cutOff();
    const { length } = load.stored;
    await waitUntil('messages are stored', () => load.stored.length > length + 200);
    cache.restore();
    await load.untilConnected(30_000);
    await expectNothingLost();
  });

  it('move to the other one when one of them is cut off from the database alone', async () => {
    await waitUntil('messages flow', () => load.stored.length > 100);
    database.cutOff();
    await waitUntil(
      'all have moved',
      async () => {
        const { items } = await b.api.listConnectedOrchestrators();
        const there = items.filter(({ instance_id: id }) => id === 'instance-2');
        return there.length === ORCHESTRATORS && items.length === ORCHESTRATORS;
      },
      60_000,
    );
    database.restore();
    await waitUntil('it is up again', async () => {
      const up = (await b.api.listInstances()).filter(({ status }) => status === 'up');
      return up.length === 2;
    });
    await load.untilConnected(60_000);
    await expectNothingLost();
  });

  it('keep all connections while neither of them reaches the database', async () => {
    await waitUntil('messages flow', () => load.stored.length > 100);
    const { disconnections } = load;
    database.cutOff();
    databaseOfB.cutOff();
    // Longer than the lease and all signs of earlier renewals.
    await delay(12_000);
    database.restore();
    databaseOfB.restore();
    const { length } = load.stored;
    await waitUntil('messages are stored again', () => load.stored.length > length + 50, 60_000);
    expect(load.disconnections).toBe(disconnections);
    await load.untilConnected(30_000);
    await expectNothingLost();
  });

  it('go on while Redis is stopped, flushed, restarted with an empty memory, or stands still', async () => {
    const flow = async (): Promise<void> => {
      const { length } = load.stored;
      await waitUntil('messages are stored', () => load.stored.length > length + 50);
      const last = load.stored.at(-1) ?? 0;
      await waitUntil('messages are delivered', () => load.handled.has(last), 10_000);
    };
    await flow();
    await redis.ask('FLUSHALL');
    await flow();
    await redis.kill();
    await flow();
    // Longer than the lease of an instance.
    await delay(8_000);
    await flow();
    await redis.restart();
    await flow();
    redis.freeze();
    await flow();
    await delay(8_000);
    redis.thaw();
    await flow();
    await load.untilConnected(30_000);
    await expectNothingLost();
  });
});
