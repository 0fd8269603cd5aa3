/**
 * Loaded before the controller by the benchmark: measures from inside what cannot be seen from outside
 * (delays of the event loop), and records profiles when asked. Until it is asked it does nothing.
 */
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import v8 from 'node:v8';
import { answer } from '../lib/answer.mjs';

/** Finer sampling would itself cost a few percent of a core. */
const RESOLUTION_MS = 2;
let histogram;
let session;

const actions = {
  startLoopDelay: () => {
    histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    histogram.enable();
  },
  /** Milliseconds by which timers came late: the histogram counts from the timer before. */
  stopLoopDelay: () => {
    histogram.disable();
    const late = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
    return { p99Ms: late(histogram.percentile(99)), maxMs: late(histogram.max) };
  },
  startProfile: async () => {
    session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 500 });
    await session.post('Profiler.start');
  },
  stopProfile: async ({ file }) => {
    const { profile } = await session.post('Profiler.stop');
    writeFileSync(file, JSON.stringify(profile));
    session.disconnect();
  },
  heapSnapshot: ({ file }) => v8.writeHeapSnapshot(file),
  memory: () => process.memoryUsage(),
};

if (process.channel) {
  answer(actions, { keepsAlive: false });
  // The benchmark was killed: nothing of it may stay behind.
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}
