import { setTimeout as delay } from 'node:timers/promises';
import { within, type Fleet, type Member } from './fleet.ts';
import { UpgradeRefused } from './raw-socket.ts';

const RETRY_MS = 200;

export interface Returned {
  lastMs: number;
  /** When it began, and when the last one was registered, in milliseconds since 1970. */
  beganAtMs: number;
  lastAtMs: number;
  /** How often each answer was given. */
  answers: Record<string, number>;
}

/**
 * All connect at once, as after a restart, and refused ones retry when told to. Each
 * sends a heartbeat as soon as it is registered.
 * Gives when the last one was registered, and how often which answer was given.
 */
export async function comeBack(fleet: Fleet, count: number, patienceMs: number): Promise<Returned> {
  const startMs = performance.now();
  const beganAtMs = Date.now();
  const answers: Record<string, number> = {};
  const note = (what: string): void => {
    answers[what] = (answers[what] ?? 0) + 1;
  };
  const doneMs: number[] = [];
  const one = async (index: number): Promise<void> => {
    for (;;) {
      const pauseMs = await attempt(fleet, index, note);
      if (pauseMs === undefined) break;
      await delay(pauseMs);
    }
    doneMs.push(performance.now() - startMs);
  };
  await within(
    Promise.all(Array.from({ length: count }, (_, index) => one(index))),
    'some have not reconnected',
    patienceMs,
  );
  const lastMs = Math.max(...doneMs);
  return { lastMs, beganAtMs, lastAtMs: beganAtMs + Math.floor(lastMs), answers };
}

/** Undefined when it is registered, otherwise how long to wait. */
async function attempt(
  fleet: Fleet,
  index: number,
  note: (what: string) => void,
): Promise<number | undefined> {
  let member: Member;
  try {
    member = await fleet.openOne(index);
  } catch (error) {
    const refused = error instanceof UpgradeRefused ? error : undefined;
    note(refused ? `HTTP ${refused.status}` : 'no connection');
    const seconds = Number(/retry-after: *(\d+)/i.exec(refused?.head ?? '')?.[1]);
    return seconds > 0 ? seconds * 1000 : RETRY_MS + Math.random() * RETRY_MS;
  }
  const answer = await fleet.register(member);
  if (answer.success) {
    fleet.members[index] = member;
    member.raw.write(member.heartbeat);
    return undefined;
  }
  note(answer.error);
  member.raw.destroy();
  return answer.retry_after_ms ?? RETRY_MS;
}
