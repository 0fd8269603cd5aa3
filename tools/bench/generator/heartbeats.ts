import { setTimeout as delay } from 'node:timers/promises';
import { within, type Fleet, type Member } from './fleet.ts';
import { pingFrame } from './frames.ts';

/** A slice of a pass is written at a time, so that the server reads few frames with each turn. */
const SLICE_MS = 5;
let beating: NodeJS.Timeout | undefined;

/** Heartbeats that the server has taken. */
export interface Beaten {
  elapsedMs: number;
  heartbeats: number;
}

/** Resolves when the server has worked off what was sent before: it answers a ping behind everything else. */
async function untilWorkedOff(members: Member[]): Promise<void> {
  const answered = members.map(
    ({ raw }) =>
      new Promise<void>((resolve) => {
        raw.onPong = resolve;
        raw.write(pingFrame);
      }),
  );
  await within(Promise.all(answered), 'pings are not answered');
}

/** Each connection sends so many heartbeats at once. Resolves when the kernel has got all of them. */
export async function burst({ members }: Fleet, frames: number): Promise<Beaten> {
  const chunks = members.map(({ heartbeat, raw }) => ({
    raw,
    chunk: Buffer.concat(Array.from({ length: frames }, () => heartbeat)),
  }));
  const startMs = performance.now();
  const written: Promise<unknown>[] = [];
  for (const [index, { raw, chunk }] of chunks.entries()) {
    written.push(new Promise((resolve) => raw.socket.write(chunk, resolve)));
    // Not all of it at once into our own memory: the server shall begin.
    if (index % 50 === 49) await delay(0);
  }
  await within(Promise.all(written), 'the server does not read');
  return { elapsedMs: performance.now() - startMs, heartbeats: members.length * frames };
}

/**
 * Each connection sends one heartbeat after the other, and the next one only when all others have sent
 * theirs, so that each is a read of its own.
 */
export async function beatOneByOne({ members }: Fleet, passes: number, perSec: number): Promise<Beaten> {
  const total = members.length * passes;
  const startMs = performance.now();
  let sent = 0;
  while (sent < total) {
    const due = Math.min(total, Math.floor(((performance.now() - startMs) * perSec) / 1000));
    for (; sent < due; sent += 1) {
      const member = members[sent % members.length];
      member?.raw.write(member.heartbeat);
    }
    await delay(SLICE_MS);
  }
  await untilWorkedOff(members.slice(0, 1));
  return { elapsedMs: performance.now() - startMs, heartbeats: total };
}

/** Goes on until it is stopped: every connection once in `intervalMs`, evenly spread. */
export function beatSlowly({ members }: Fleet, intervalMs: number): void {
  stopBeating();
  let position = 0;
  let lastMs = performance.now();
  beating = setInterval(() => {
    const nowMs = performance.now();
    const due = position + ((nowMs - lastMs) * members.length) / intervalMs;
    lastMs = nowMs;
    for (let index = Math.ceil(position); index < due; index += 1) {
      const member = members[index % members.length];
      if (member && !member.isClosed) member.raw.write(member.heartbeat);
    }
    position = due;
  }, SLICE_MS);
}

export function stopBeating(): void {
  clearInterval(beating);
}
