import { row, type BenchContext, type Measured, type Row } from '../lib/bench-context.ts';
import type { MessageTimes } from '../generator/messages.ts';
import { cpuSecondsOfFamily } from '../lib/process-stats.ts';
import { last, percentile } from '../lib/stats.ts';

const PER_SEC = 500;

/** A message from its POST through the orchestrator's acknowledgement until `delivered` is committed. */
export async function messages(context: BenchContext): Promise<Row[]> {
  const connections = 1_000;
  const count = context.pick(5_000, 1_500);
  const controller = await context.controller();
  const load = await context.generator(controller.target);
  await load.ask('grow', { count: connections });
  // A whole round that does not count: until V8 has compiled what a message goes through, they queue up.
  await load.ask('measureMessages', { count, perSec: PER_SEC });
  const p99: number[] = [];
  const ourUs: number[] = [];
  const databaseUs: number[] = [];
  let p50 = 0;
  const postmaster = await controller.postmaster();
  for (let round = 0; round < context.rounds; round += 1) {
    const work = (): Promise<Measured<MessageTimes>> =>
      context.cpuOf(controller.pid, () => load.ask('measureMessages', { count, perSec: PER_SEC }));
    const databaseBefore = cpuSecondsOfFamily(postmaster);
    const { cpuSec, result } = await context.profiled(controller, 'messages', work);
    const { ms, ratePerSec } = result;
    ourUs.push((cpuSec / count) * 1e6);
    databaseUs.push(((cpuSecondsOfFamily(postmaster) - databaseBefore) / count) * 1e6);
    p99.push(percentile(ms, 0.99));
    p50 = percentile(ms, 0.5);
    context.note(
      `POST → delivered at ${ratePerSec.toFixed(0)}/s: p50 ${p50.toFixed(1)} ms, p99 ${p99.at(-1)?.toFixed(1)} ms; CPU ${last(ourUs).toFixed(0)} + ${last(databaseUs).toFixed(0)} µs`,
    );
  }
  await Promise.all([load.stop(), controller.stop()]);
  return [
    row('POST message → client ack → delivered, p99', p99, {
      unit: 'ms',
      target: '≤ 25 ms at 500/s',
      isMet: (ms) => ms <= 25,
      remark: `${connections} orchestrators; p50 ${p50.toFixed(1)} ms`,
    }),
    row('CPU of a message', ourUs, { unit: 'µs', target: '', remark: `at ${PER_SEC}/s` }),
    row('CPU of a message in PostgreSQL', databaseUs, { unit: 'µs', target: '', remark: `at ${PER_SEC}/s` }),
  ];
}
