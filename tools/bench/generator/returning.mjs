import { setTimeout as delay } from 'node:timers/promises';
import { within } from './fleet.mjs';

const RETRY_MS = 200;

/**
 * Everybody comes at once, as after a restart, and whoever is sent away comes again when it was told to.
 * Gives when the last one was registered, and how often which answer was given.
 */
export async function comeBack(fleet, count, patienceMs) {
  const startMs = performance.now();
  const answers = {};
  const note = (what) => (answers[what] = (answers[what] ?? 0) + 1);
  const doneMs = [];
  const one = async (index) => {
    for (;;) {
      const pauseMs = await attempt(fleet, index, note);
      if (pauseMs === undefined) break;
      await delay(pauseMs);
    }
    doneMs.push(performance.now() - startMs);
  };
  await within(
    Promise.all(Array.from({ length: count }, (_, index) => one(index))),
    'not everybody is back',
    patienceMs,
  );
  return { lastMs: Math.max(...doneMs), answers };
}

/** Undefined when it is registered, otherwise how long to wait. */
async function attempt(fleet, index, note) {
  let member;
  try {
    member = await fleet.openOne(index);
  } catch (error) {
    note(error.status ? `HTTP ${error.status}` : 'no connection');
    const seconds = Number(/retry-after: *(\d+)/i.exec(error.head ?? '')?.[1]);
    return seconds > 0 ? seconds * 1000 : RETRY_MS + Math.random() * RETRY_MS;
  }
  const { success, error, retry_after_ms: retryAfterMs } = await fleet.register(member);
  if (success) {
    fleet.members[index] = member;
    return undefined;
  }
  note(error);
  member.raw.destroy();
  return retryAfterMs ?? RETRY_MS;
}
