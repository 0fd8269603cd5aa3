import { row, type BenchContext, type Row } from '../lib/bench-context.ts';

/** An organization's new settings, until the last of its orchestrators has them. */
export async function settings(context: BenchContext): Promise<Row[]> {
  const connections = context.pick(10_000, 2_000);
  context.needConnections(connections);
  const controller = await context.controller();
  const load = await context.generator(controller.target);
  await load.ask('grow', { count: connections });
  await load.ask('beatSlowly', { intervalMs: 30_000 });
  await context.pause(3_000);
  const seconds: number[] = [];
  const blockedMs: number[] = [];
  for (let round = 0; round <= context.rounds; round += 1) {
    await controller.child.ask('startLoopDelay');
    const push = () =>
      load.ask('measureSettingsPush', {
        organizationId: 'org-bench',
        settings: { features: { round }, limits: { tokens: 1_000 + round, models: ['a', 'b', 'c'] } },
      });
    const { lastMs } = await (round === 1 ? context.profiled(controller, 'settings', push) : push());
    const { maxMs } = await controller.child.ask('stopLoopDelay');
    await context.pause(2_000);
    if (round === 0) continue;
    context.note(`settings: last frame after ${lastMs.toFixed(0)} ms, loop blocked ${maxMs.toFixed(1)} ms`);
    seconds.push(lastMs / 1000);
    blockedMs.push(maxMs);
  }
  await Promise.all([load.stop(), controller.stop()]);
  return [
    row('organization settings to 10,000, last frame', seconds, {
      unit: 's',
      target: '≤ 2 s',
      isMet: (sec) => sec <= 2,
      remark: `${connections} connected, sending heartbeats`,
    }),
    row('longest block of the event loop meanwhile', blockedMs, {
      unit: 'ms',
      target: '≤ 50 ms',
      isMet: (ms) => ms <= 50,
    }),
  ];
}
