import { setTimeout as delay } from 'node:timers/promises';
import type { Returned } from '../generator/returning.ts';
import { row, type BenchContext, type Row } from '../lib/bench-context.ts';
import type { Controller } from '../lib/controller.ts';
import { peakRssKiB, rssKiB } from '../lib/process-stats.ts';

const PATIENCE_MS = 60_000;
const WRITTEN_PATIENCE_MS = 10_000;
const LOOK_MS = 25;
const SETTLE_MS = 5_000;
/** What the storm itself may take besides what the fleet takes afterwards. */
const FLAT = 1.5;

/** The controller is killed, starts again, and all orchestrators reconnect at the same moment. */
export async function storm(context: BenchContext): Promise<Row[]> {
  const count = context.pick(10_000, 3_000);
  context.needConnections(count);
  const seconds: number[] = [];
  const written: number[] = [];
  const growth: number[] = [];
  let answers: Record<string, number> = {};
  let controller = await context.controller();
  const first = await context.generator(controller.target);
  await first.ask('comeBack', { count, until: PATIENCE_MS });
  await first.stop();
  for (let round = 0; round < context.rounds; round += 1) {
    const { dataDir, port } = controller;
    await controller.stop('SIGKILL');
    controller = await context.controller({ dataDir, port });
    const load = await context.generator(controller.target);
    const result = await context.profiled(controller, 'storm', () =>
      load.ask('comeBack', { count, until: PATIENCE_MS }),
    );
    written.push((await untilWritten(controller, count, result)) / 1000);
    const peak = peakRssKiB(controller.pid);
    await context.pause(SETTLE_MS);
    seconds.push(result.lastMs / 1000);
    growth.push(peak / rssKiB(controller.pid));
    answers = result.answers;
    context.note(
      `back after ${seconds.at(-1)?.toFixed(1)} s, written after ${written.at(-1)?.toFixed(1)} s; meanwhile ${JSON.stringify(answers)}; peak ${(peak / 1024).toFixed(0)} MiB`,
    );
    await load.stop();
  }
  await controller.stop();
  const asked = Object.entries(answers).map(([what, times]) => `${times} × ${what}`);
  return [
    row('10,000 reconnect at once', seconds, {
      unit: 's',
      target: '≤ 10 s, none refused for good',
      isMet: (sec) => sec <= 10,
      remark: `${count} from 16 addresses; refused for now: ${asked.join(', ') || 'none'}`,
    }),
    row('the same until their heartbeats are in the database', written, { unit: 's', target: '' }),
    row('peak memory of that against afterwards', growth, {
      unit: '×',
      target: 'flat (≤ 1.5 ×)',
      isMet: (ratio) => ratio <= FLAT,
    }),
  ];
}

/** Milliseconds from the beginning until the heartbeats of all are in the database, those of the last ones too. */
async function untilWritten(
  controller: Controller,
  count: number,
  { beganAtMs, lastAtMs }: Returned,
): Promise<number> {
  const deadlineMs = Date.now() + WRITTEN_PATIENCE_MS;
  for (;;) {
    // The last heartbeat was sent after the last answer, and all that came before it are in the same or earlier batches.
    const [row] = await controller.sql<{ is_written: boolean }>(
      `SELECT count(*) >= $1 AND max(last_seen) >= to_timestamp($2 / 1000.0) AS is_written
       FROM orchestrator_instances WHERE last_seen >= to_timestamp($3 / 1000.0)`,
      [count, lastAtMs, beganAtMs],
    );
    if (row?.is_written) return Date.now() - beganAtMs;
    if (Date.now() > deadlineMs) throw new Error('the heartbeats are not written');
    await delay(LOOK_MS);
  }
}
