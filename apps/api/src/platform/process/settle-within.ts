import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';

/** Parts of the time that are counted one by one. */
const PARTS = 8;

/**
 * Waits for `work`, but no longer than `ms` milliseconds; what comes later is nobody's. A failure of
 * `work` within that time is thrown. Time in which this process was busy with something else hardly counts: an answer
 * that takes several round trips could not be heard then.
 *
 * @returns true when it was done in time
 */
export async function settleWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const over = new AbortController();
  // A failure after the deadline must not end the process.
  work.catch(() => undefined);
  try {
    return await Promise.race([work.then(() => true), deadline(ms, over.signal)]);
  } finally {
    over.abort();
  }
}

async function deadline(ms: number, signal: AbortSignal): Promise<false> {
  try {
    for (let part = 0; part < PARTS; part += 1) {
      await delay(ms / PARTS, undefined, { signal });
      // What has come meanwhile is read before the time counts as over.
      await turn(undefined, { signal });
      await turn(undefined, { signal });
    }
  } catch {
    // Done in time.
  }
  return false;
}
