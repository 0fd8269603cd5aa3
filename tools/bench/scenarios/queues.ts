import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClientConfig } from 'pg';
import { row, type BenchContext, type Row } from '../lib/bench-context.ts';
import { Child } from '../lib/child.ts';
import type { Controller } from '../lib/controller.ts';
import { last } from '../lib/stats.ts';
import type { QueueActions } from '../servers/queues.ts';

const SERVER = new URL('../servers/queues.ts', import.meta.url).pathname;
const LOOK_MS = 20;
const PATIENCE_MS = 120_000;
const OTHERS = { 'pg-boss': 'fillPgBoss', 'graphile-worker': 'fillGraphileWorker' } as const;

/** Full queues of many orchestrators, until every message is acknowledged and that is committed; against job queues. */
export async function queues(context: BenchContext): Promise<Row[]> {
  const orchestrators = context.pick(2_000, 500);
  const each = 20;
  const count = orchestrators * each;
  const controller = await context.controller();
  const ours: number[] = [];
  const others: Record<keyof typeof OTHERS, number[]> = { 'pg-boss': [], 'graphile-worker': [] };
  for (let round = 0; round < context.rounds; round += 1) {
    ours.push(count / ((await deliver(context, controller, { orchestrators, each, round })) / 1000));
    for (const name of Object.keys(OTHERS) as (keyof typeof OTHERS)[]) {
      others[name].push(count / ((await drainOther(controller, name, orchestrators, each)) / 1000));
    }
    context.note(
      `messages/s to acknowledgement: ${last(ours).toFixed(0)}, pg-boss ${last(others['pg-boss']).toFixed(0)}, ` +
        `graphile-worker ${last(others['graphile-worker']).toFixed(0)}`,
    );
  }
  await controller.stop();
  const ratios = ours.map((perSec, round) => {
    const best = Math.max(others['pg-boss'][round] ?? NaN, others['graphile-worker'][round] ?? NaN);
    return perSec / best;
  });
  return [
    row('messages/s to acknowledgement, queues full', ours, {
      unit: '/s',
      target: '',
      remark: `${orchestrators} × ${each}; their registrations included`,
    }),
    row('the same with pg-boss', others['pg-boss'], {
      unit: '/s',
      target: '',
      remark: 'its jobs have the keys of orchestrators',
    }),
    row('the same with graphile-worker', others['graphile-worker'], {
      unit: '/s',
      target: '',
      remark: 'a queue for each orchestrator',
    }),
    row('against the faster one', ratios, { unit: '×', target: '≥ 1 ×', isMet: (ratio) => ratio >= 1 }),
  ];
}

/** Milliseconds from the moment in which orchestrators with full queues connect. */
async function deliver(
  context: BenchContext,
  controller: Controller,
  { orchestrators, each, round }: { orchestrators: number; each: number; round: number },
): Promise<number> {
  const prefix = `queue${round}`;
  const load = await context.generator(controller.target, prefix);
  await load.ask('grow', { count: orchestrators });
  await load.ask('close');
  await controller.sql(
    `INSERT INTO orchestrator_messages (orchestrator_id, organization_id, message_type, message_content, created_by)
     SELECT orchestrator_id, organization_id, 'notice',
       jsonb_build_object('orchestrator_id', orchestrator_id, 'number', number), 'bench'
     FROM generate_series(1, $2::int) AS number CROSS JOIN orchestrator_instances
     WHERE orchestrator_id LIKE $1 || '-%' ORDER BY number, orchestrator_id`,
    [prefix, each],
  );
  const startMs = performance.now();
  await load.ask('acknowledge');
  await load.ask('grow', { count: orchestrators, slice: orchestrators });
  const wanted = orchestrators * each * (round + 1);
  while ((await delivered(controller)) < wanted) {
    if (performance.now() - startMs > PATIENCE_MS) throw new Error('not all messages are delivered');
    await delay(LOOK_MS);
  }
  const tookMs = performance.now() - startMs;
  await load.stop();
  return tookMs;
}

async function delivered(controller: Controller): Promise<number> {
  const [found] = await controller.sql<{ count: string }>(
    `SELECT coalesce(sum(count), 0) AS count FROM message_counts WHERE status = 'delivered'`,
  );
  return Number(found?.count);
}

/** Milliseconds in which another queue completes as many jobs in a database of its own on the same server. */
async function drainOther(
  controller: Controller,
  name: keyof typeof OTHERS,
  orchestrators: number,
  each: number,
): Promise<number> {
  const own = JSON.parse(
    readFileSync(join(controller.dataDir, 'data', 'database.json'), 'utf8'),
  ) as ClientConfig;
  const database = { ...own, database: `bench_${randomBytes(4).toString('hex')}` };
  await controller.sql(`CREATE DATABASE ${database.database}`);
  const child = new Child<QueueActions>([SERVER]);
  await child.ask(OTHERS[name], { database, orchestrators, each });
  const tookMs = await child.ask('drain', { count: orchestrators * each });
  await child.ask('stop');
  await child.stop();
  await controller.sql(`DROP DATABASE ${database.database} WITH (FORCE)`);
  return tookMs;
}
