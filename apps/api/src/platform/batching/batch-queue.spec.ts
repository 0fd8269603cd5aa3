import { currentWork, within, Work } from '../database/work.js';
import { BatchQueue, QueueFull } from './batch-queue.js';
import { ByteBudget } from './byte-budget.js';

describe('BatchQueue', () => {
  it('processes everything that arrives during a batch in the next one, in order', async () => {
    const batches: number[][] = [];
    const queue = new BatchQueue<number, number>(100, async (inputs) => {
      batches.push(inputs);
      await new Promise(setImmediate);
      return inputs.map((input) => input * 2);
    });
    const first = queue.add('1', 1);
    await first;
    const rest = [2, 3, 4].map((number) => queue.add(String(number), number));
    await expect(Promise.all(rest)).resolves.toEqual([4, 6, 8]);
    expect(batches).toEqual([[1], [2, 3, 4]]);
  });

  it('never puts two inputs of one key into a batch, and keeps their order', async () => {
    const batches: string[][] = [];
    const queue = new BatchQueue<string, string>(100, (inputs) => {
      batches.push(inputs);
      return Promise.resolve(inputs);
    });
    await Promise.all([
      queue.add('a', 'a1'),
      queue.add('a', 'a2'),
      queue.add('b', 'b1'),
      queue.add('a', 'a3'),
    ]);
    expect(batches).toEqual([['a1', 'b1'], ['a2'], ['a3']]);
  });

  it('keeps batches within their size limit', async () => {
    const sizes: number[] = [];
    const queue = new BatchQueue<number, number>(3, (inputs) => {
      sizes.push(inputs.length);
      return Promise.resolve(inputs);
    });
    await Promise.all(Array.from({ length: 7 }, (_, index) => queue.add(String(index), index)));
    expect(sizes).toEqual([3, 3, 1]);
  });

  it('rejects one input alone, or all when the work fails', async () => {
    const queue = new BatchQueue<number, number>(10, (inputs) =>
      inputs.includes(9)
        ? Promise.reject(new Error('the database is away'))
        : Promise.resolve(inputs.map((input) => (input === 2 ? new Error('not this one') : input))),
    );
    await expect(
      Promise.allSettled([queue.add('1', 1), queue.add('2', 2), queue.add('3', 3)]),
    ).resolves.toMatchObject([{ value: 1 }, { reason: { message: 'not this one' } }, { value: 3 }]);
    await expect(queue.add('9', 9)).rejects.toThrow('the database is away');
    await expect(queue.add('1', 1)).resolves.toBe(1);
  });

  it('limits the bytes of a batch, of the queue and of one owner, and releases them', async () => {
    const batches: number[][] = [];
    const budget = new ByteBudget(100, 60);
    const queue = new BatchQueue<number, number>(
      10,
      (inputs) => {
        batches.push(inputs);
        return Promise.resolve(inputs);
      },
      {
        bytesOf: (input) => input,
        maxBatchBytes: 40,
        budget,
        ownerOf: (input) => (input > 30 ? 'big' : 'small'),
      },
    );
    const added = [35, 25, 20, 6, 31].map((input, index) => queue.add(String(index), input));
    const outcomes = await Promise.allSettled(added);
    // The last one exceeds the budget of the large ones; later inputs do not overtake one that does not fit.
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
    ]);
    expect((outcomes[4] as PromiseRejectedResult).reason).toBeInstanceOf(QueueFull);
    expect(batches).toEqual([[35], [25], [20, 6]]);
    expect([budget.usedBytes, budget.refusals]).toEqual([0, 1]);
    await expect(queue.add('alone', 55)).resolves.toBe(55);
  });

  it('skips inputs that were abandoned while waiting, and abandons a running batch as a whole', async () => {
    const batches: number[][] = [];
    const works: (Work | undefined)[] = [];
    let fail: (error: Error) => void = () => undefined;
    const queue = new BatchQueue<number, number>(10, (inputs) => {
      batches.push(inputs);
      works.push(currentWork());
      return new Promise((_, reject) => (fail = reject));
    });
    const [one, two, three] = [new Work('a'), new Work('a'), new Work('b')];
    const first = within(one, () => queue.add('1', 1));
    const second = within(two, () => queue.add('2', 2));
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    const third = within(three, () => queue.add('3', 3));
    expect(three.abandon()).toBe('undone');
    await expect(third).rejects.toThrow('answered before it was done');
    works[0]?.doubt();
    expect(one.abandon()).toBe('unknown');
    expect(works[0]?.isAbandoned).toBe(true);
    fail(new Error('the connection is gone'));
    await expect(Promise.allSettled([first, second])).resolves.toMatchObject([
      { status: 'rejected' },
      { status: 'rejected' },
    ]);
    expect(two.verdict).toBe('unknown');
    expect(batches).toEqual([[1, 2]]);
  });
});
