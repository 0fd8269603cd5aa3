import { row, type BenchContext, type Row } from '../lib/bench-context.ts';

/** From the start of the process, its PostgreSQL included, until it says that it is healthy. */
export async function start(context: BenchContext): Promise<Row[]> {
  const first = await context.controller();
  await first.stop();
  const seconds: number[] = [];
  for (let round = 0; round < Math.max(3, context.rounds); round += 1) {
    const startMs = performance.now();
    const controller = await context.controller({ dataDir: first.dataDir });
    seconds.push((performance.now() - startMs) / 1000);
    await controller.stop();
    context.note(`start: ${seconds.at(-1)?.toFixed(2)} s`);
  }
  return [
    row('start to healthy, database warm', seconds, {
      unit: 's',
      target: '≤ 2 s',
      isMet: (sec) => sec <= 2,
      remark: 'the embedded PostgreSQL starts with it',
    }),
  ];
}
