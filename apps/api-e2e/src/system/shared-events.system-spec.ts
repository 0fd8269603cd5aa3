import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { RedisServer, waitUntil } from '@moolai/testing';
import { describeWith } from './debian.js';
import { SharedLog } from './shared-log.js';

const OUTAGE_MS = 5_000;

describeWith('redis-server')('the events of two controllers in one stream of a Redis of Debian', () => {
  let redis: RedisServer;
  let a: SharedLog;
  let b: SharedLog;

  /** Both have taken everything, and from `from` on in the same order with the same ids. */
  const untilEqual = (from: () => [number, number], count: number): Promise<unknown> =>
    waitUntil(`both have the same ${count} events; A has ${a.events.length}, B ${b.events.length}`, () => {
      const [ofA, ofB] = [a.events.slice(from()[0]), b.events.slice(from()[1])];
      return (
        ofA.length === count &&
        ofB.length === count &&
        ofA.every(({ id, summary }, index) => ofB[index]?.id === id && ofB[index].summary === summary)
      );
    });

  /** A reader is joined once it resumes from its present position. */
  const untilJoined = (): Promise<unknown> =>
    waitUntil('both read the stream', () => [a, b].every(({ log }) => log.since(log.currentId()).isComplete));

  async function flood(perTurn: number, during: () => Promise<unknown>): Promise<void> {
    let isOver = false;
    const over = during().finally(() => (isOver = true));
    while (!isOver) {
      a.add(perTurn);
      b.add(perTurn);
      await delay(10);
    }
    await over;
  }

  beforeEach(async () => {
    redis = await RedisServer.start();
    a = await SharedLog.open('A', redis.url);
    b = await SharedLog.open('B', redis.url);
    await untilJoined();
  });

  afterEach(async () => {
    await Promise.all([a.close(), b.close()]);
    await redis.stop();
  });

  it('needs no more rights than docs/operators.md names', async () => {
    const manual = readFileSync(new URL('../../../../docs/operators.md', import.meta.url), 'utf8');
    const rights = /with restricted rights needs `([^`]+)`/.exec(manual)?.[1] ?? '';
    expect(await redis.ask(`ACL SETUSER limited on >secret ${rights}`)).toBe('+OK\r\n');
    const limited = await SharedLog.open('L', redis.url.replace('//', '//limited:secret@'));
    await waitUntil('it reads the stream', () => limited.log.since(limited.log.currentId()).isComplete);
    limited.add();
    await waitUntil('all get its event', () => [a, b, limited].every((one) => one.summaries.includes('L 1')));
    await limited.close();
  });

  it('gives both the same order and ids, without a gap', async () => {
    for (let turn = 0; turn < 50; turn += 1) {
      a.add(10);
      b.add(10);
      await delay(1);
    }
    await untilEqual(() => [0, 0], 1_000);
    expect(new Set(a.ids).size).toBe(1_000);
    expect([a.gaps, b.gaps]).toEqual([0, 0]);
    const ofA = a.summaries.filter((summary) => summary.startsWith('A'));
    expect(ofA).toEqual(Array.from({ length: 500 }, (_, index) => `A ${index + 1}`));
  });

  it('resumes at one with an id of the other, and at one that started later', async () => {
    a.add(20);
    b.add(20);
    await untilEqual(() => [0, 0], 40);
    const later = await SharedLog.open('later', redis.url);
    try {
      await waitUntil('it has read everything', () => later.log.since(later.log.currentId()).isComplete);
      for (const index of [0, 17, 38, 39]) {
        const missed = a.summaries.slice(index + 1);
        expect(b.missedSince(a.ids[index] ?? '')).toEqual(missed);
        expect(later.missedSince(a.ids[index] ?? '')).toEqual(missed);
      }
      expect(later.missedSince('f'.repeat(32))).toBeUndefined();
      expect(later.activity).toEqual(a.activity);
      expect(later.events).toEqual([]);
    } finally {
      await later.close();
    }
  });

  it('announces a gap when the memory is flushed under load, and goes on in one order', async () => {
    const before = a.log.currentId();
    await flood(3, async () => {
      await delay(300);
      await redis.ask('FLUSHALL');
      await delay(300);
    });
    await waitUntil('the gap is announced', () => a.gaps > 0 && b.gaps > 0);
    await untilJoined();
    expect(a.missedSince(before)).toBeUndefined();
    const from: [number, number] = [a.events.length, b.events.length];
    const ofA = a.summaries.filter((summary) => summary.startsWith('A'));
    expect(new Set(ofA).size).toBe(ofA.length);
    await delay(200);
    from[0] = a.events.length;
    from[1] = b.events.length;
    a.add(50);
    b.add(50);
    await untilEqual(() => from, 100);
  });

  it.each([
    ['stopped', () => redis.kill(), () => redis.restart()],
    ['standing still', () => Promise.resolve(redis.freeze()), () => Promise.resolve(redis.thaw())],
  ])(
    'delivers its own events at once while Redis is %s, and announces a gap afterwards',
    async (_, stop, start) => {
      a.add();
      await untilEqual(() => [0, 0], 1);
      await stop();
      await waitUntil('both have noticed it', () => !a.redis.isUp && !b.redis.isUp);
      const from = a.events.length;
      a.add(3);
      expect(a.summaries.slice(from)).toEqual(['A 2', 'A 3', 'A 4']);
      const local = a.ids.at(-1) ?? '';
      expect(a.missedSince(local)).toBeUndefined();
      await waitUntil('readers are told to load everything meanwhile', () => a.gaps > 0, OUTAGE_MS + 2_000);
      await start();
      const [gapsOfA, gapsOfB] = [a.gaps, b.gaps];
      await waitUntil('the end of the outage is announced', () => a.gaps > gapsOfA && b.gaps > gapsOfB);
      await untilJoined();
      expect(a.missedSince(local)).toBeUndefined();
      await waitUntil('the other one gets them too', () =>
        ['A 2', 'A 3', 'A 4'].every((summary) => b.activity.some((event) => event.summary === summary)),
      );
      expect(a.summaries).toEqual(['A 1', 'A 2', 'A 3', 'A 4']);
      await waitUntil('their ids are the same now', () =>
        a.ids.slice(1).every((id, index) => id === b.activity[index + 1]?.id),
      );
      const [ofA, ofB] = [a.events.length, b.events.length];
      a.add(5);
      b.add(5);
      await untilEqual(() => [ofA, ofB], 10);
    },
  );

  it('announces no gap during an outage if there is no other controller', async () => {
    const alone = await SharedLog.open('alone', redis.url, []);
    await waitUntil('it reads the stream', () => alone.log.since(alone.log.currentId()).isComplete);
    await redis.kill();
    await waitUntil('the others have announced two', () => a.gaps > 1 && b.gaps > 1);
    expect(alone.gaps).toBe(0);
    await alone.close();
  });

  it('loses nothing when the connection of a reader breaks', async () => {
    await flood(3, async () => {
      for (let kill = 0; kill < 5; kill += 1) {
        await delay(200);
        const clients = (await a.redis.ask((client) =>
          client.sendCommand(['CLIENT', 'LIST']),
        )) as unknown as string;
        for (const line of clients
          .split('\n')
          .filter((one) => one.includes('name=moolai-controller-events'))) {
          const id = /\bid=(\d+)/.exec(line)?.[1] ?? '';
          await a.redis.ask((client) => client.sendCommand(['CLIENT', 'KILL', 'ID', id]));
        }
      }
    });
    const count = (): number => new Set([...a.summaries, ...b.summaries]).size;
    await waitUntil('everything has come', () => a.events.length === count() && b.events.length === count());
    await untilEqual(() => [0, 0], count());
    expect([a.gaps, b.gaps]).toEqual([0, 0]);
  });

  it('announces a gap when a failover has lost the newest entries', async () => {
    a.add(10);
    await untilEqual(() => [0, 0], 10);
    const key = a.redis.key('events');
    const entries = (await a.redis.ask((client) => client.xRevRange(key, '+', '-', { COUNT: 6 }))) ?? [];
    for (const { id } of entries.slice(0, 5)) await redis.ask(`XDEL ${key} ${id}`);
    await redis.ask(`XSETID ${key} ${entries[5]?.id}`);
    await waitUntil('the gap is announced', () => a.gaps > 0 && b.gaps > 0);
    a.add(10);
    await untilEqual(() => [10, 10], 10);
  });

  it('delivers its own events while Redis has no memory left, and finds the way back', async () => {
    await redis.ask('CONFIG SET maxmemory 1');
    a.add(3);
    await waitUntil('they are delivered', () => a.events.length === 3);
    expect(a.redis.isUp).toBe(true);
    await redis.ask('CONFIG SET maxmemory 0');
    await waitUntil('the other one gets them', () => b.activity.length === 3);
    await waitUntil('the gap is announced', () => a.gaps > 0);
    await untilJoined();
    a.add();
    await waitUntil('both get the next', () => [a, b].every((one) => one.summaries.at(-1) === 'A 4'));
  });
});
