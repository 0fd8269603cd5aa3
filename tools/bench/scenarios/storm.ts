import { row, type BenchContext, type Row } from '../lib/bench-context.ts';
import { peakRssKiB, rssKiB } from '../lib/process-stats.ts';

const PATIENCE_MS = 60_000;
const SETTLE_MS = 5_000;
/** What the storm itself may take besides what the fleet takes afterwards. */
const FLAT = 1.5;

/** The controller is killed, starts again, and all orchestrators reconnect at the same moment. */
export async function storm(context: BenchContext): Promise<Row[]> {
  const count = context.pick(10_000, 3_000);
  context.needConnections(count);
  const seconds: number[] = [];
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
    const peak = peakRssKiB(controller.pid);
    await context.pause(SETTLE_MS);
    seconds.push(result.lastMs / 1000);
    growth.push(peak / rssKiB(controller.pid));
    answers = result.answers;
    context.note(
      `back after ${seconds.at(-1)?.toFixed(1)} s; meanwhile ${JSON.stringify(answers)}; peak ${(peak / 1024).toFixed(0)} MiB`,
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
    row('peak memory of that against afterwards', growth, {
      unit: '×',
      target: 'flat (≤ 1.5 ×)',
      isMet: (ratio) => ratio <= FLAT,
    }),
  ];
}
