import { BatchPace } from './batch-pace.js';
import { BatchQueue } from './batch-queue.js';

const INTERVAL_MS = 10;

describe('BatchPace', () => {
  let nowMs: number;
  let pauses: number[];
  let pace: BatchPace;

  beforeEach(() => {
    nowMs = 1_000;
    pauses = [];
    pace = new BatchPace(INTERVAL_MS, {
      nowMs: () => nowMs,
      sleep: (ms) => {
        pauses.push(ms);
        nowMs += ms;
        return new Promise(setImmediate);
      },
    });
  });

  it('lets an input that comes alone never wait, however soon after the last one', async () => {
    for (let count = 0; count < 3; count += 1) {
      await pace.wait();
      nowMs += 1;
      pace.ended(1, 0);
    }
    expect(pauses).toEqual([]);
  });

  it.each([
    [2, 0],
    [1, 1],
  ])(
    'waits after a batch of %d during which %d came, for what remains of the interval',
    async (size, more) => {
      await pace.wait();
      nowMs += 3;
      pace.ended(size, more);
      await pace.wait();
      expect(pauses).toEqual([7]);
      nowMs += 4;
      pace.ended(1, 0);
      await pace.wait();
      expect(pauses).toEqual([7]);
    },
  );

  it('does not wait after a batch that took longer, or after a rest', async () => {
    await pace.wait();
    nowMs += INTERVAL_MS;
    pace.ended(5, 5);
    await pace.wait();
    pace.ended(5, 0);
    nowMs += 60_000;
    await pace.wait();
    expect(pauses).toEqual([]);
  });

  it('collects what comes during the pause into one batch, unless a whole batch waits already', async () => {
    const batches: number[][] = [];
    const work = (inputs: number[]): Promise<number[]> => {
      batches.push(inputs);
      return Promise.resolve(inputs);
    };
    const queue = new BatchQueue<number, number>(3, work, undefined, pace);
    await Promise.all([queue.add('1', 1), queue.add('2', 2)]);
    const first = queue.add('3', 3);
    // The pause has begun.
    await new Promise(setImmediate);
    await Promise.all([first, queue.add('4', 4)]);
    expect(pauses).toEqual([INTERVAL_MS]);
    await Promise.all([5, 6, 7].map((number) => queue.add(String(number), number)));
    expect(pauses).toEqual([INTERVAL_MS]);
    expect(batches).toEqual([
      [1, 2],
      [3, 4],
      [5, 6, 7],
    ]);
  });
});
