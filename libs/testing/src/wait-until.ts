import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE_MS = 40_000;
const POLL_MS = 10;

/** The result of a condition once it is truthy. */
type Truthy<T> = Exclude<T, false | 0 | '' | null | undefined>;

/**
 * Waits until `condition` returns a truthy value, and returns it.
 * @param patienceMs 40 s: long enough that only a real fault exceeds it
 * @throws Error naming `what` after that
 */
export async function waitUntil<T>(
  what: string,
  condition: () => T | Promise<T>,
  patienceMs = PATIENCE_MS,
): Promise<Truthy<T>> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const value = await condition();
    if (value) return value as Truthy<T>;
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await delay(POLL_MS);
  }
}
