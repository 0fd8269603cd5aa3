/**
 * Loaded before the controller by the benchmark: measures from inside what cannot be seen from outside
 * (delays of the event loop), and records profiles when asked. Until it is asked it does nothing.
 */
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { answer } from '../lib/answer.ts';

/** Finer sampling would itself cost a few percent of a core. */
const RESOLUTION_MS = 2;
let histogram: ReturnType<typeof monitorEventLoopDelay> | undefined;
let session: Session | undefined;

const actions = {
  startLoopDelay: () => {
    histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    histogram.enable();
  },
  /** Milliseconds by which timers came late: the histogram counts from the timer before. */
  stopLoopDelay: (): { p99Ms: number; maxMs: number } => {
    if (!histogram) throw new Error('not started');
    histogram.disable();
    const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
    return { p99Ms: late(histogram.percentile(99)), maxMs: late(histogram.max) };
  },
  startProfile: async (): Promise<void> => {
    session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 500 });
    await session.post('Profiler.start');
  },
  stopProfile: async ({ file }: { file: string }): Promise<void> => {
    if (!session) throw new Error('not started');
    const { profile } = await session.post('Profiler.stop');
    writeFileSync(file, JSON.stringify(profile));
    session.disconnect();
  },
};
export type ProbeActions = typeof actions;

if (process.channel) {
  answer(actions, { keepsAlive: false });
  // The benchmark was killed: nothing of it may stay behind.
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}
