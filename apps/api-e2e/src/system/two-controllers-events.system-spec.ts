import type { FleetEvent } from '@moolai/contracts';
import { EventReader, RedisServer, waitUntil, type ControllerProcess, type ReadEvent } from '@moolai/testing';
import { ControllerFleet } from '../support/controller-fleet.js';
import { describeWith } from './debian.js';

const TOKEN = 'fake-dev-token';
const CREATED = 'organization.created';
/** A request is not slower than this while Redis is away; without Redis it takes some 20 ms. */
const LONGEST_REQUEST_MS = 3_000;

describeWith('redis-server')('streams of events of two controllers with a Redis of Debian', () => {
  let redis: RedisServer;
  let fleet: ControllerFleet;
  let a: ControllerProcess;
  let b: ControllerProcess;
  let ofA: EventReader;
  let ofB: EventReader;
  let count = 0;

  const open = (controller: ControllerProcess, lastEventId?: string): Promise<EventReader> =>
    EventReader.open(`http://127.0.0.1:${controller.port}/api/v1/controller/events`, {
      authorization: `Bearer ${TOKEN}`,
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    });
  const create = async (controller: ControllerProcess): Promise<string> => {
    const id = `org-${(count += 1)}`;
    await controller.api.createOrganization({ organization_id: id, name: id });
    return id;
  };
  const createdIn = ({ history }: EventReader, from = 0): ReadEvent[] =>
    history.slice(from).filter(({ name }) => name === CREATED);
  const resyncsIn = ({ history }: EventReader): number =>
    history.filter(({ name }) => name === 'resync').length;
  const organizationOf = ({ data }: ReadEvent): unknown => data['organization_id'];
  const untilRedis = (status: string): Promise<unknown> =>
    waitUntil(`Redis is ${status} for both`, async () => {
      const all = await Promise.all([a, b].map((one) => one.api.getInternalHealth()));
      return all.every(({ redis: seen }) => seen.status === status);
    });
  /** Both streams get what is created at either, in the same order with the same ids. */
  const untilInStep = async (): Promise<void> => {
    const [fromA, fromB] = [ofA.history.length, ofB.history.length];
    const ids = await Promise.all([create(a), create(b), create(a), create(b)]);
    await waitUntil('both streams have the same events', () => {
      const [here, there] = [createdIn(ofA, fromA), createdIn(ofB, fromB)];
      return here.length === ids.length && JSON.stringify(here) === JSON.stringify(there);
    });
  };

  beforeAll(async () => {
    redis = await RedisServer.start();
    fleet = await ControllerFleet.start(2, { REDIS_URL: redis.url });
    [a, b] = fleet.controllers as [ControllerProcess, ControllerProcess];
    await untilRedis('up');
  }, 120_000);

  beforeEach(async () => {
    [ofA, ofB] = await Promise.all([open(a), open(b)]);
    await Promise.all([ofA.next('ready'), ofB.next('ready')]);
  });

  afterEach(() => [ofA, ofB].forEach((reader) => reader.close()));

  afterAll(async () => {
    redis.thaw();
    await fleet.stop();
    await redis.stop();
  });

  it('have the same events in the same order with the same ids, and so do the lists of activity', async () => {
    await Promise.all(Array.from({ length: 40 }, (_, index) => create(index % 2 === 0 ? a : b)));
    await waitUntil('all have come', () => [ofA, ofB].every((reader) => createdIn(reader).length === 40));
    expect(createdIn(ofA)).toEqual(createdIn(ofB));
    expect(resyncsIn(ofA) + resyncsIn(ofB)).toBe(0);
    const [here, there] = await Promise.all(
      [a, b].map((one) => one.api.listActivity({ type: CREATED, page_size: 100 })),
    );
    expect(here?.items.length).toBeGreaterThanOrEqual(40);
    expect(there).toEqual(here);
  });

  it('resume at the other controller', async () => {
    for (let round = 0; round < 3; round += 1) await create(a);
    await waitUntil('all have come', () => createdIn(ofA).length === 3);
    const [first, second, third] = createdIn(ofA);
    const resumed = await open(b, first?.id);
    await resumed.next('ready');
    expect(createdIn(resumed)).toEqual([second, third]);
    expect(resyncsIn(resumed)).toBe(0);
    resumed.close();
  });

  it('announce that a controller that was killed may have taken events with it', async () => {
    const third = await fleet.add();
    await third.kill();
    await waitUntil('both are told', () => resyncsIn(ofA) > 0 && resyncsIn(ofB) > 0);
    await untilInStep();
  });

  it('announce the gap when Redis is flushed under load, and go on together', async () => {
    let isOver = false;
    const load = [a, b].map(async (controller) => {
      while (!isOver) await create(controller);
    });
    await waitUntil('there is some load', () => createdIn(ofA).length > 10);
    const before = createdIn(ofA)[0]?.id;
    await redis.ask('FLUSHALL');
    await waitUntil('the gap is announced', () => resyncsIn(ofA) > 0 && resyncsIn(ofB) > 0);
    isOver = true;
    await Promise.all(load);
    const late = await open(b, before);
    await late.next('resync');
    late.close();
    await waitUntil('the last of the load have come', () =>
      [ofA, ofB].every((reader) => createdIn(reader).map(organizationOf).includes(`org-${count}`)),
    );
    await untilInStep();
  });

  it.each([
    ['stopped', () => redis.kill(), () => redis.restart()],
    ['standing still', () => Promise.resolve(redis.freeze()), () => Promise.resolve(redis.thaw())],
  ])(
    'go on at each controller while Redis is %s for 5 s, and announce that others may be missing',
    async (_, stop, start) => {
      const stoppedAt = performance.now();
      await stop();
      const times: number[] = [];
      const created: string[] = [];
      while (performance.now() - stoppedAt < 5_000) {
        const startedAt = performance.now();
        created.push(await create(a));
        times.push(performance.now() - startedAt);
      }
      expect(Math.max(...times)).toBeLessThan(LONGEST_REQUEST_MS);
      await waitUntil('the stream has what was created here', () => {
        const seen = new Set(createdIn(ofA).map(organizationOf));
        return created.every((id) => seen.has(id));
      });
      await waitUntil('the other stream is told', () => resyncsIn(ofB) > 0);
      const [toldA, toldB] = [resyncsIn(ofA), resyncsIn(ofB)];
      await start();
      await untilRedis('up');
      await waitUntil('both are told of the end', () => resyncsIn(ofA) > toldA && resyncsIn(ofB) > toldB);
      await waitUntil('the other list has the last of them', async () => {
        const { items } = await b.api.listActivity({ type: CREATED, page_size: 100 });
        return items.some((event: FleetEvent) => event.organization_id === created.at(-1));
      });
      await waitUntil('both are in step again', async () => {
        const [fromA, fromB] = [ofA.history.length, ofB.history.length];
        await create(a);
        const [here, there] = await Promise.all(
          [ofA, ofB].map((reader, index) =>
            waitUntil('it has come', () => createdIn(reader, index === 0 ? fromA : fromB).at(-1)),
          ),
        );
        return here?.id === there?.id;
      });
      await untilInStep();
    },
  );
});
