import { row, type BenchContext, type Load, type Row } from '../lib/bench-context.ts';
import { rssKiB } from '../lib/process-stats.ts';
import type { Server } from '../lib/target.ts';
import { median } from '../lib/stats.ts';

const FEW = 1_000;
const SETTLE_MS = 4_000;

/** Resident memory of a connection: the slope between few and many, each of which has sent heartbeats. */
export async function memory(context: BenchContext): Promise<Row[]> {
  const many = context.pick(15_000, 5_000);
  context.needConnections(many);
  const bareKiB: number[] = [];
  const ourKiB: number[] = [];
  for (let round = 0; round < context.rounds; round += 1) {
    const bare = await context.bare();
    const controller = await context.controller();
    bareKiB.push(await slope(context, bare, many, false));
    ourKiB.push(await slope(context, controller, many, true));
    await Promise.all([bare.stop(), controller.stop()]);
    context.note(
      `a connection: bare ${bareKiB.at(-1)?.toFixed(1)} KiB, controller ${ourKiB.at(-1)?.toFixed(1)} KiB`,
    );
  }
  const remark = `RSS slope from ${FEW} to ${many}; bare ${median(bareKiB).toFixed(1)} KiB`;
  return [
    row('memory of a registered connection', ourKiB, {
      unit: 'KiB',
      target: '≤ 25 KiB',
      isMet: (kib) => kib <= 25,
      remark,
    }),
    row(
      'the same against bare ws',
      ourKiB.map((kib, index) => kib / (bareKiB[index] ?? NaN)),
      { unit: '×', target: '≤ 3 ×', isMet: (ratio) => ratio <= 3 },
    ),
  ];
}

async function slope(
  context: BenchContext,
  server: Server,
  many: number,
  registers: boolean,
): Promise<number> {
  const load = await context.generator(server.target);
  await load.ask('grow', { count: FEW, registers });
  const few = await settled(context, server, load);
  await load.ask('grow', { count: many, registers });
  const all = await settled(context, server, load);
  await load.stop();
  return (all - few) / (many - FEW);
}

/** After a few heartbeats of everybody, so that what is made with the first one is there. */
async function settled(context: BenchContext, { pid }: Server, load: Load): Promise<number> {
  await load.ask('beatOneByOne', { passes: 3, perSec: 10_000 });
  await context.pause(SETTLE_MS);
  return rssKiB(pid);
}
