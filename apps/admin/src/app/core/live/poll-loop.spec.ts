import { createEnvironmentInjector, DestroyRef, EnvironmentInjector } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { NOW_MS } from '../../../testing/builders';
import { pass, settle } from '../../../testing/gestures';
import { hideTab, showTab } from '../../../testing/tab';
import { ApiError, NetworkError } from '../http/request-failure';
import { PollLoop, type PollTask } from './poll-loop';

/** A task whose runs a test ends by hand. */
class Task {
  private readonly ends: { done: () => void; failed: (error: unknown) => void }[] = [];
  starts = 0;

  readonly run: PollTask = () => {
    this.starts += 1;
    return new Promise<void>((done, failed) => this.ends.push({ done, failed }));
  };

  async succeed(): Promise<void> {
    this.ends.shift()?.done();
    await settle();
  }

  async fail(error: unknown = new NetworkError()): Promise<void> {
    this.ends.shift()?.failed(error);
    await settle();
  }
}

/** A part of the console that can go away, such as a page. */
function owner(): EnvironmentInjector {
  return createEnvironmentInjector([], TestBed.inject(EnvironmentInjector));
}

function start(): { loop: PollLoop; task: Task; page: EnvironmentInjector } {
  const loop = TestBed.inject(PollLoop);
  const task = new Task();
  const page = owner();
  loop.add(task.run, page.get(DestroyRef));
  return { loop, task, page };
}

function add(loop: PollLoop): Task {
  const task = new Task();
  loop.add(task.run, owner().get(DestroyRef));
  return task;
}

describe('PollLoop', () => {
  it('runs a task at once, and again two seconds after it has ended', async () => {
    const { task } = start();
    expect(task.starts).toBe(1);

    await task.succeed();
    await pass(1_999);
    expect(task.starts).toBe(1);

    await pass(1);
    expect(task.starts).toBe(2);
  });

  it('starts no second run of a task that has not ended, however long it takes', async () => {
    const { task } = start();

    await pass(60_000);

    expect(task.starts).toBe(1);
  });

  it('counts the two seconds from the end of the slowest task', async () => {
    const { loop, task: quick } = start();
    const slow = add(loop);

    await quick.succeed();
    await pass(5_000);
    expect(quick.starts).toBe(1);

    await slow.succeed();
    await pass(2_000);
    expect([quick.starts, slow.starts]).toEqual([2, 2]);
  });

  it('goes on after a task has failed', async () => {
    const { task } = start();

    await task.fail();
    await pass(2_000);

    expect(task.starts).toBe(2);
  });

  it('runs the tasks now when asked, and from then on every two seconds as before', async () => {
    const { loop, task } = start();
    await task.succeed();
    await pass(1_000);

    loop.refresh();
    expect(task.starts).toBe(2);
    await task.succeed();

    await pass(1_000);
    expect(task.starts).toBe(2);
    await pass(1_000);
    expect(task.starts).toBe(3);
  });

  it('does not multiply when asked many times', async () => {
    const { loop, task } = start();

    for (let times = 0; times < 5; times += 1) loop.refresh();
    expect(task.starts).toBe(1);
    await task.succeed();
    await pass(2_000);

    expect(task.starts).toBe(2);
  });

  it('forgets a task with its page, and keeps the others', async () => {
    const { loop, task: left, page } = start();
    const kept = add(loop);
    await left.succeed();
    await kept.succeed();

    page.destroy();
    await pass(2_000);

    expect([left.starts, kept.starts]).toEqual([1, 2]);
  });

  it('ends with the console', async () => {
    const { task } = start();
    await task.succeed();

    TestBed.resetTestingModule();
    await pass(10_000);

    expect(task.starts).toBe(1);
  });

  describe('while the tab is hidden', () => {
    it('rests', async () => {
      const { task } = start();
      await task.succeed();

      hideTab();
      await pass(60_000);

      expect(task.starts).toBe(1);
    });

    it('does not go on when a run that was under way ends', async () => {
      const { task } = start();

      hideTab();
      await task.succeed();
      await pass(60_000);

      expect(task.starts).toBe(1);
    });

    it('does not start a new task before the tab is seen', async () => {
      hideTab();
      const { task } = start();
      await pass(10_000);
      expect(task.starts).toBe(0);

      showTab();

      expect(task.starts).toBe(1);
    });

    it('is live at once, and in the old rhythm, when the tab is seen again', async () => {
      const { task } = start();
      await task.succeed();
      hideTab();
      await pass(60_000);

      showTab();
      expect(task.starts).toBe(2);

      await task.succeed();
      await pass(2_000);
      expect(task.starts).toBe(3);
    });
  });

  it('tries at once when the network comes back', async () => {
    const { task } = start();
    await task.fail();

    window.dispatchEvent(new Event('online'));

    expect(task.starts).toBe(2);
  });

  describe('connection', () => {
    it('is live as long as every task succeeds', async () => {
      const { loop, task } = start();
      expect(loop.connection()).toEqual({ name: 'live' });

      await task.succeed();

      expect(loop.connection()).toEqual({ name: 'live' });
    });

    it('is reconnecting after a failure, with its reason, until the task succeeds', async () => {
      const { loop, task } = start();
      const failure = new ApiError('unavailable', 'The database is away.', 'req-1');

      await task.fail(failure);
      expect(loop.connection()).toEqual({ name: 'reconnecting', failure, sinceMs: NOW_MS });

      await pass(2_000);
      await task.succeed();
      expect(loop.connection()).toEqual({ name: 'live' });
    });

    it('remembers since when, and gives the newest reason', async () => {
      const { loop, task } = start();
      await task.fail(new NetworkError());
      await pass(2_000);

      await task.fail(new NetworkError(true));

      expect(loop.connection()).toEqual({
        name: 'reconnecting',
        failure: new NetworkError(true),
        sinceMs: NOW_MS,
      });
    });

    it('is reconnecting while only one of the tasks fails', async () => {
      const { loop, task } = start();
      const other = add(loop);

      await task.succeed();
      await other.fail();

      expect(loop.connection().name).toBe('reconnecting');
    });

    it('is live again when the page whose task failed is left', async () => {
      const { loop, task, page } = start();
      await task.fail();

      page.destroy();

      expect(loop.connection()).toEqual({ name: 'live' });
    });
  });
});
