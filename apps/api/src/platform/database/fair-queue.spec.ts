import { FairQueue } from './fair-queue.js';
import { Work, WorkAbandonedError } from './work.js';

const LIMITS = { places: 1, maxWaiting: 10, maxWaitMs: 60_000 };

describe('FairQueue', () => {
  it('hands out free places at once, and a released one to the next caller', async () => {
    const queue = new FairQueue({ ...LIMITS, places: 2 });
    await queue.enter('a');
    await queue.enter('a');
    const third = queue.enter('a');
    expect(queue.size).toBe(1);
    queue.leave();
    await third;
    expect(queue.size).toBe(0);
  });

  it('lets callers take turns, however much one of them requests', async () => {
    const queue = new FairQueue(LIMITS);
    await queue.enter('other');
    const order: string[] = [];
    const waiting = ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1'].map((name) =>
      queue.enter(name[0] ?? '').then(() => {
        order.push(name);
        queue.leave();
      }),
    );
    queue.leave();
    await Promise.all(waiting);
    expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4']);
  });

  it('refuses callers beyond its size or after too long a wait, and says when to retry', async () => {
    const queue = new FairQueue({ places: 1, maxWaiting: 1, maxWaitMs: 1 });
    await queue.enter('a');
    const late = queue.enter('a');
    await expect(queue.enter('b')).rejects.toMatchObject({ type: 'unavailable', retryAfterSec: 5 });
    await expect(late).rejects.toThrow('The controller is busy. Try again in 5 s.');
    expect(queue.size).toBe(0);
    queue.leave();
    await queue.enter('b');
  });

  it('drops abandoned callers', async () => {
    const queue = new FairQueue(LIMITS);
    await queue.enter('a');
    const work = new Work('a');
    const waiting = queue.enter('a', work);
    expect(work.abandon()).toBe('undone');
    await expect(waiting).rejects.toThrow(WorkAbandonedError);
    await expect(queue.enter('a', work)).rejects.toThrow(WorkAbandonedError);
    queue.leave();
    await queue.enter('b');
  });
});
