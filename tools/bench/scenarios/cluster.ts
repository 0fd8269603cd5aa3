import { row, type BenchContext, type Load, type Row } from '../lib/bench-context.ts';
import type { Controller } from '../lib/controller.ts';
import { startRedis } from '../lib/redis.ts';
import { last, percentile } from '../lib/stats.ts';
import type { Target } from '../lib/target.ts';

const PER_SEC = 200;
/** A connection may send 1,000 frames at once and 100 a second after that. */
const REFILL_MS = 3_000;
const FRAMES = 250;
/** An instance knows of another one after this time. */
const ACQUAINTED_MS = 2_000;

/** One controller without Redis, and two that share a fleet, in turn: what sharing costs. */
export async function cluster(context: BenchContext): Promise<Row[]> {
  const connections = context.pick(2_000, 500);
  const count = context.pick(2_000, 600);
  context.needConnections(2 * connections);
  const redis = await startRedis();
  const single = await context.controller();
  const first = await context.controller({ env: { REDIS_URL: redis.url } });
  const second = await context.controller({ env: { REDIS_URL: redis.url, ...(await first.databaseEnv()) } });
  await context.pause(ACQUAINTED_MS);
  const alone = await context.generator(single.target);
  await alone.ask('grow', { count: connections });
  const emptyBytes = await redis.usedBytes();
  const shared = await context.generator(first.target);
  await shared.ask('grow', { count: connections });
  const bytesEach = ((await redis.usedBytes()) - emptyBytes) / connections;

  const beats: number[] = [];
  const delays: number[] = [];
  let remark = '';
  // The first round warms up and does not count.
  for (let round = 0; round <= context.rounds; round += 1) {
    const one = await usOf(context, single, alone);
    const two = await usOf(context, first, shared);
    await context.pause(REFILL_MS);
    const near = await p99Of(alone, count);
    const far = await p99Of(shared, count, second.target);
    if (round === 0) continue;
    beats.push(two / one);
    delays.push(far / near);
    remark = `posted at one instance, acknowledged at the other: ${far.toFixed(1)} ms; with one: ${near.toFixed(1)} ms`;
    context.note(
      `heartbeat ${one.toFixed(2)} and ${two.toFixed(2)} µs (${last(beats).toFixed(2)} ×); ${remark} (${last(delays).toFixed(2)} ×)`,
    );
  }
  await Promise.all([alone.stop(), shared.stop(), single.stop(), second.stop()]);
  await first.stop();
  redis.stop();
  return [
    row('CPU of a heartbeat with two instances', beats, {
      unit: '× one instance',
      target: '≤ 1.1 ×',
      isMet: (ratio) => ratio <= 1.1,
      remark: `${connections} connections × ${FRAMES}`,
    }),
    row('POST at the other instance → delivered, p99', delays, {
      unit: '× one instance',
      target: '≤ 2 ×',
      isMet: (ratio) => ratio <= 2,
      remark: `at ${PER_SEC}/s; ${remark}`,
    }),
    row('memory of Redis per orchestrator', [bytesEach], { unit: 'bytes', target: '' }),
  ];
}

async function usOf(context: BenchContext, { pid }: Controller, load: Load): Promise<number> {
  const work = (): Promise<{ heartbeats: number }> => load.ask('burst', { frames: FRAMES });
  const { cpuSec, result } = await context.cpuUntilQuiet(pid, work);
  return (cpuSec / result.heartbeats) * 1e6;
}

async function p99Of(load: Load, count: number, askAt?: Target): Promise<number> {
  const { ms } = await load.ask('measureMessages', { count, perSec: PER_SEC, ...(askAt ? { askAt } : {}) });
  return percentile(ms, 0.99);
}
