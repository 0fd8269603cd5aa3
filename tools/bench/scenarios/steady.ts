import { row, type BenchContext, type Row } from '../lib/bench-context.ts';
import type { Controller } from '../lib/controller.ts';

const INTERVAL_MS = 30_000;

/** The everyday load: everybody sends a heartbeat each 30 s. */
export async function steady(context: BenchContext): Promise<Row[]> {
  const connections = context.pick(15_000, 3_000);
  const roundMs = context.pick(20_000, 8_000);
  context.needConnections(connections);
  const controller = await context.controller();
  const load = await context.generator(controller.target);
  await load.ask('grow', { count: connections });
  await load.ask('beatSlowly', { intervalMs: INTERVAL_MS });
  await context.pause(context.pick(20_000, 3_000));
  const share: number[] = [];
  const writes: number[] = [];
  const lateMs: number[] = [];
  for (let round = 0; round < context.rounds; round += 1) {
    const before = await transactions(controller);
    const startMs = performance.now();
    const { cpuSec } = await context.profiled(controller, 'steady', () =>
      context.cpuOf(controller.pid, () => context.pause(roundMs)),
    );
    const seconds = (performance.now() - startMs) / 1000;
    share.push((cpuSec / seconds) * 100);
    writes.push(((await transactions(controller)) - before) / seconds);
    await controller.child.ask('startLoopDelay');
    await context.pause(roundMs / 2);
    const { p99Ms, maxMs } = await controller.child.ask('stopLoopDelay');
    lateMs.push(p99Ms);
    context.note(
      `steady: ${share.at(-1)?.toFixed(1)} % of a core, ${writes.at(-1)?.toFixed(2)} writes/s, ` +
        `loop p99 ${p99Ms.toFixed(1)} ms, max ${maxMs.toFixed(1)} ms`,
    );
  }
  await Promise.all([load.stop(), controller.stop()]);
  const scale = connections === 15_000 ? '' : `only ${connections} connections`;
  return [
    row('15,000 connected at 30 s heartbeats', share, {
      unit: '% of a core',
      target: '≤ 15 %',
      isMet: (percent) => percent <= 15,
      remark: scale,
    }),
    row('database writes under that load', writes, {
      unit: '/s',
      target: '≤ 1/s',
      // A batch begins some ms before its second is over, to be written when it is; the autovacuum counts too.
      isMet: (perSec) => perSec <= 1.05,
      remark: 'counted by transaction ids, PostgreSQL’s own housekeeping included',
    }),
    row('event-loop delay p99 under that load', lateMs, {
      unit: 'ms',
      target: '≤ 20 ms',
      isMet: (ms) => ms <= 20,
      remark: scale,
    }),
  ];
}

/** How many transactions have written anything so far: only those get an id. */
async function transactions(controller: Controller): Promise<number> {
  const [snapshot] = await controller.sql<{ next: string }>(
    'SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next',
  );
  return Number(snapshot?.next);
}
