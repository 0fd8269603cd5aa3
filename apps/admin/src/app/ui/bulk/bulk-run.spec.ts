import { TestBed } from '@angular/core/testing';
import { settle } from '../../../testing/gestures';
import { ApiError } from '../../core/http/request-failure';
import { BulkRun, UNCHANGED } from './bulk-run';

const IDS = Array.from({ length: 20 }, (_, index) => `orch-${index}`);

function create(): BulkRun {
  TestBed.configureTestingModule({ providers: [BulkRun] });
  return TestBed.inject(BulkRun);
}

describe('BulkRun', () => {
  it('runs one action for each', async () => {
    const run = create();
    const done: string[] = [];

    await run.start(IDS, (id) => Promise.resolve(done.push(id)));

    expect(done).toEqual(IDS);
    expect(run.done()).toBe(20);
    expect(run.isRunning()).toBe(false);
  });

  it('runs a few at a time', async () => {
    const run = create();
    let underWay = 0;
    let most = 0;

    await run.start(IDS, async () => {
      most = Math.max(most, (underWay += 1));
      await Promise.resolve();
      underWay -= 1;
    });

    expect(most).toBe(6);
  });

  it('counts unchanged ones separately, and does not retry them', async () => {
    const run = create();
    const tried: string[] = [];
    await run.start(['orch-1', 'orch-2'], (id) => Promise.resolve(id === 'orch-2' ? UNCHANGED : undefined));

    await run.retry((id) => Promise.resolve(tried.push(id)));

    expect([run.done(), run.unchanged(), run.failed()]).toEqual([1, 1, 0]);
    expect(tried).toEqual([]);
  });

  it('continues after a failure, and keeps the reason', async () => {
    const run = create();

    await run.start(IDS, (id) =>
      id === 'orch-3' ? Promise.reject(new ApiError('conflict', 'Busy.', 'req-1')) : Promise.resolve(),
    );

    expect([run.done(), run.failed()]).toEqual([19, 1]);
    expect(run.results()[3]).toEqual({ id: 'orch-3', state: 'failed', note: 'Busy. Request id req-1' });
  });

  it('retries only those that are not done', async () => {
    const run = create();
    await run.start(IDS, (id) =>
      id === 'orch-3' ? Promise.reject(new ApiError('conflict', 'Busy.', null)) : Promise.resolve(),
    );
    const again: string[] = [];

    await run.retry((id) => Promise.resolve(again.push(id)));

    expect(again).toEqual(['orch-3']);
    expect(run.done()).toBe(20);
  });

  it('starts nothing more once stopped', async () => {
    const run = create();
    const finish: (() => void)[] = [];

    const running = run.start(IDS, () => new Promise<void>((resolve) => finish.push(resolve)));
    await settle();
    run.stop();
    for (const end of finish) end();
    await running;

    expect(finish).toHaveLength(6);
    expect([run.done(), run.isRunning()]).toEqual([6, false]);
  });
});
