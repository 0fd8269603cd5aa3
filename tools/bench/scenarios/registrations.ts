import { row, type BenchContext, type Load, type Row } from '../lib/bench-context.ts';
import type { Controller } from '../lib/controller.ts';
import { last } from '../lib/stats.ts';

const AT_ONCE = 1_900;

/** Registrations of connections that are open already: unknown ids first, then the same ones again. */
export async function registrations(context: BenchContext): Promise<Row[]> {
  const count = context.pick(8_000, 3_000);
  context.needConnections(count);
  const unknown: number[] = [];
  const known: number[] = [];
  const costUs: number[] = [];
  const controller = await context.controller();
  for (let round = 0; round <= context.rounds; round += 1) {
    const load = await context.generator(controller.target, `fleet${round}`);
    const first = await once(context, controller, load, count, 'registrations-unknown', round);
    await load.ask('close');
    await context.pause(1_500);
    const second = await once(context, controller, load, count, 'registrations-known', round);
    await load.stop();
    await context.pause(1_500);
    if (round === 0) continue;
    context.note(`registrations/s: unknown ${first.perSec.toFixed(0)}, known ${second.perSec.toFixed(0)}`);
    unknown.push(first.perSec);
    known.push(second.perSec);
    costUs.push(second.us);
  }
  await controller.stop();
  const options = { unit: '/s', target: '≥ 4,000/s', isMet: (perSec: number) => perSec >= 4_000 };
  return [
    row('registrations of unknown ids', unknown, { ...options, remark: `${count} at once` }),
    row('registrations of known ids', known, {
      ...options,
      remark: `${count} at once; ${Math.round(last(costUs))} µs of the controller's CPU each`,
    }),
  ];
}

async function once(
  context: BenchContext,
  controller: Controller,
  load: Load,
  count: number,
  name: string,
  round: number,
): Promise<{ perSec: number; us: number }> {
  await load.ask('open', { count });
  const measure = () => context.cpuOf(controller.pid, () => load.ask('registerAll', { atOnce: AT_ONCE }));
  const { cpuSec, result } = await (round === 1 ? context.profiled(controller, name, measure) : measure());
  const { elapsedMs, errors } = result;
  if (Object.keys(errors).length > 0) throw new Error(`refused: ${JSON.stringify(errors)}`);
  return { perSec: count / (elapsedMs / 1000), us: (cpuSec / count) * 1e6 };
}
