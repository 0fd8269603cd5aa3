import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';

/** Number of parts in which the time is counted. */
const PARTS = 8;

/**
 * Waits for `work`, but at most `ms` milliseconds; a later result is ignored. Throws a failure within that time. Time
 * in which this process was busy hardly counts, because it could not have received an answer then.
 *
 * @returns true if it finished in time
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
      // Processes input that has arrived before counting the time as over.
      await turn(undefined, { signal });
      await turn(undefined, { signal });
    }
  } catch {
    // Finished in time.
  }
  return false;
}
