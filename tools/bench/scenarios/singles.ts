import { row, type BenchContext, type Load, type Row } from '../lib/bench-context.ts';
import { median } from '../lib/stats.ts';

/** Heartbeats one at a time, as real fleets send them: each is a read, a wake-up and a turn of its own. */
export async function singles(context: BenchContext): Promise<Row[]> {
  const connections = context.pick(10_000, 2_000);
  const perSec = context.pick(15_000, 10_000);
  const passes = context.pick(8, 15);
  context.needConnections(connections);
  const bare = await context.bare();
  const bareLoad = await context.generator(bare.target);
  await bareLoad.ask('grow', { count: connections, registers: false });
  const controller = await context.controller();
  const load = await context.generator(controller.target);
  await load.ask('grow', { count: connections });

  const bareUs: number[] = [];
  const ourUs: number[] = [];
  for (let round = 0; round <= context.rounds; round += 1) {
    const one = await beat(context, bare.pid, bareLoad, passes, perSec);
    const measure = (): Promise<number> => beat(context, controller.pid, load, passes, perSec);
    const two = round === 0 ? await measure() : await context.profiled(controller, 'singles', measure);
    if (round === 0) continue;
    context.note(`singly: bare ${one.toFixed(2)} µs, controller ${two.toFixed(2)} µs`);
    bareUs.push(one);
    ourUs.push(two);
  }
  await Promise.all([bareLoad.stop(), load.stop(), bare.stop(), controller.stop()]);
  return [
    row(
      'CPU of a heartbeat delivered singly',
      ourUs.map((us, index) => us / (bareUs[index] ?? NaN)),
      {
        unit: '× bare ws',
        target: '≤ 1.4 ×',
        isMet: (ratio) => ratio <= 1.4,
        remark: `${connections} connections, ${perSec}/s; bare ${median(bareUs).toFixed(1)} µs, controller ${median(ourUs).toFixed(1)} µs`,
      },
    ),
  ];
}

async function beat(
  context: BenchContext,
  pid: number,
  load: Load,
  passes: number,
  perSec: number,
): Promise<number> {
  const { cpuSec, result } = await context.cpuUntilQuiet(pid, () =>
    load.ask('beatOneByOne', { passes, perSec }),
  );
  return (cpuSec / result.heartbeats) * 1e6;
}
