/**
 * Job queues on PostgreSQL, to compare deliveries with: each has full queues, and works them off with the batches that
 * it offers. A handler does nothing, so that only the queue itself costs something.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { run, makeWorkerUtils } from 'graphile-worker';
import { PgBoss } from 'pg-boss';
import pg from 'pg';
import { answer } from '../lib/answer.ts';

const NAME = 'messages';
const BATCH = 256;
const CHUNK = 4_000;
/** As many as deliveries use. */
const POOL_SIZE = 20;

export interface Fill {
  database: pg.ClientConfig;
  /** Orchestrators, and jobs for each. */
  orchestrators: number;
  each: number;
}

/** What a filled queue can do. */
interface Queue {
  /** Resolves when this many jobs are completed and committed. */
  drain(count: number): Promise<void>;
  stop(): Promise<void>;
}

let current: Queue | undefined;

function payloads({ orchestrators, each }: Fill): { orchestrator_id: string; number: number }[] {
  return Array.from({ length: orchestrators * each }, (_, number) => ({
    orchestrator_id: `bench-${number % orchestrators}`,
    number,
  }));
}

function chunksOf<T>(all: T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / CHUNK) }, (_, index) =>
    all.slice(index * CHUNK, (index + 1) * CHUNK),
  );
}

/** pg-boss by its batches, with the order for each orchestrator that deliveries keep. */
async function pgBoss(fill: Fill): Promise<Queue> {
  const boss = new PgBoss({
    ...(fill.database as object),
    max: POOL_SIZE,
    schedule: false,
    supervise: false,
  });
  boss.on('error', (error) => process.stderr.write(`${String(error)}\n`));
  await boss.start();
  await boss.createQueue(NAME, { policy: 'key_strict_fifo' });
  for (const chunk of chunksOf(payloads(fill))) {
    await boss.insert(
      NAME,
      chunk.map((data) => ({ data, singletonKey: data.orchestrator_id })),
    );
  }
  return {
    drain: async (count) => {
      let done = 0;
      // One loop: with the order for each orchestrator, several make it slower.
      while (done < count) {
        const jobs = await boss.fetch(NAME, { batchSize: BATCH });
        if (jobs.length === 0) await delay(1);
        else
          await boss.complete(
            NAME,
            jobs.map(({ id }) => id),
          );
        done += jobs.length;
      }
    },
    stop: () => boss.stop({ graceful: false }),
  };
}

/** graphile-worker with its local queue, and a named queue for each orchestrator, which keeps the order. */
async function graphileWorker(fill: Fill): Promise<Queue> {
  const pgPool = new pg.Pool({ ...fill.database, max: POOL_SIZE });
  pgPool.on('error', (error) => process.stderr.write(`${String(error)}\n`));
  const utils = await makeWorkerUtils({ pgPool });
  await utils.migrate();
  for (const chunk of chunksOf(payloads(fill))) {
    await utils.addJobs(
      chunk.map((payload) => ({ identifier: NAME, payload, queueName: payload.orchestrator_id })),
    );
  }
  return {
    drain: async (count) => {
      let done = 0;
      const all = Promise.withResolvers<void>();
      const runner = await run({
        pgPool,
        noHandleSignals: true,
        taskList: { [NAME]: () => undefined },
        preset: {
          worker: {
            concurrentJobs: BATCH,
            pollInterval: 100,
            localQueue: { size: BATCH * 2 },
            completeJobBatchDelay: 0,
            failJobBatchDelay: 0,
          },
        },
      });
      runner.events.on('job:complete', () => {
        done += 1;
        if (done === count) all.resolve();
      });
      await all.promise;
      // Its completions are written in batches: stopping writes the last one.
      await runner.stop();
    },
    stop: async () => {
      await utils.release();
      await pgPool.end();
    },
  };
}

const actions = {
  fillPgBoss: async (fill: Fill) => void (current = await pgBoss(fill)),
  fillGraphileWorker: async (fill: Fill) => void (current = await graphileWorker(fill)),
  /** Milliseconds until all jobs are completed. */
  drain: async ({ count }: { count: number }): Promise<number> => {
    if (!current) throw new Error('no queue yet');
    const startMs = performance.now();
    await current.drain(count);
    return performance.now() - startMs;
  },
  stop: () => current?.stop(),
};
export type QueueActions = typeof actions;

answer(actions);
