import { LogCapture, waitUntil } from '@moolai/testing';
import { createLogger } from '../logging/logger.js';
import { Recurring } from './recurring.js';

describe('Recurring', () => {
  const log = new LogCapture();
  const logger = createLogger({ logLevel: 'warn', logFormat: 'json' }, log);
  const recurring = (work: () => unknown): Recurring =>
    new Recurring({ everyMs: 5, work, logger, failure: 'it could not be done' });

  it('continues after a failure, which it logs', async () => {
    let turns = 0;
    const work = recurring(() => {
      turns += 1;
      if (turns === 1) throw new Error('for once');
    });
    work.start();
    await waitUntil('three turns are done', () => turns >= 3);
    await work.stop();
    expect(log.messages()).toEqual(['it could not be done: for once']);
  });

  it('runs one turn at a time, and waits for it when stopped', async () => {
    let [begun, ended] = [0, 0];
    let finish: () => void = () => undefined;
    const work = recurring(async () => {
      begun += 1;
      await new Promise<void>((resolve) => (finish = resolve));
      ended += 1;
    });
    work.start();
    await waitUntil('it has begun', () => begun === 1);
    void work.run();
    const stopped = work.stop();
    finish();
    await stopped;
    expect([begun, ended]).toEqual([1, 1]);
  });
});
