import { row, type BenchContext, type Row } from '../lib/bench-context.ts';
import { last } from '../lib/stats.ts';

const CONNECTIONS = 200;
/** A connection may send 1,000 frames at once and 100 a second after that. */
const REFILL_MS = 3_000;

/** Monitoring reports of ten figures each, acknowledged after their commit. */
export async function reports(context: BenchContext): Promise<Row[]> {
  const perConnection = context.pick(150, 50);
  const controller = await context.controller();
  const load = await context.generator(controller.target);
  await load.ask('grow', { count: CONNECTIONS });
  const perSec: number[] = [];
  const costUs: number[] = [];
  for (let round = 0; round <= context.rounds; round += 1) {
    const work = () =>
      context.cpuOf(controller.pid, () =>
        load.ask('measureReports', { perConnection, window: 16, tag: `r${round}` }),
      );
    const { cpuSec, result } = await (round === 0 ? work() : context.profiled(controller, 'reports', work));
    await context.pause(REFILL_MS);
    if (round === 0) continue;
    perSec.push(result.perSec);
    costUs.push((cpuSec / result.total) * 1e6);
    context.note(
      `reports: ${result.perSec.toFixed(0)}/s, ${costUs.at(-1)?.toFixed(0)} µs of the controller's CPU each`,
    );
  }
  await Promise.all([load.stop(), controller.stop()]);
  return [
    row('monitoring reports stored', perSec, {
      unit: '/s',
      target: '≥ 5,000/s',
      isMet: (rate) => rate >= 5_000,
      remark: `10 metrics each; ${Math.round(last(costUs))} µs of the controller's CPU each`,
    }),
  ];
}
