import { row, type BenchContext, type Row } from '../lib/bench-context.ts';
import { percentile } from '../lib/stats.ts';

/** One orchestrator's new configuration, from before the PUT until its frame is there. */
export async function config(context: BenchContext): Promise<Row[]> {
  const connections = context.pick(10_000, 2_000);
  const count = context.pick(300, 100);
  context.needConnections(connections);
  const controller = await context.controller();
  const load = await context.generator(controller.target);
  await load.ask('grow', { count: connections });
  await load.ask('beatSlowly', { intervalMs: 30_000 });
  await load.ask('measureConfigPush', { count: 50, perSec: 20, tag: 'warm' });
  const p99: number[] = [];
  let p50 = 0;
  for (let round = 0; round < context.rounds; round += 1) {
    const ms = await context.profiled(controller, 'config', () =>
      load.ask('measureConfigPush', { count, perSec: 30, tag: `r${round}` }),
    );
    p99.push(percentile(ms, 0.99));
    p50 = percentile(ms, 0.5);
    context.note(`PUT config → frame: p50 ${p50.toFixed(1)} ms, p99 ${p99.at(-1)?.toFixed(1)} ms`);
  }
  await Promise.all([load.stop(), controller.stop()]);
  return [
    row('PUT config → frame, p99', p99, {
      unit: 'ms',
      target: '≤ 15 ms',
      isMet: (ms) => ms <= 15,
      remark: `${connections} connected, sending heartbeats; p50 ${p50.toFixed(1)} ms`,
    }),
  ];
}
