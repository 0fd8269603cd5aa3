import { setTimeout as delay } from 'node:timers/promises';
import { within } from './fleet.mjs';
import { pingFrame } from './frames.mjs';

/** A slice of a pass is written at a time, so that the server reads few frames with each turn. */
const SLICE_MS = 5;
let beating;

/** Resolves when the server has worked off what was sent before: it answers a ping behind everything else. */
async function untilWorkedOff(members) {
  const answered = members.map(
    ({ raw }) =>
      new Promise((resolve) => {
        raw.onPong = resolve;
        raw.write(pingFrame);
      }),
  );
  await within(Promise.all(answered), 'pings are not answered');
}

/** Each connection sends so many heartbeats at once. Resolves when the kernel has got all of them. */
export async function burst({ members }, frames) {
  const chunks = members.map(({ heartbeat }) =>
    Buffer.concat(Array.from({ length: frames }, () => heartbeat)),
  );
  const startMs = performance.now();
  const written = [];
  for (const [index, { raw }] of members.entries()) {
    written.push(new Promise((resolve) => raw.socket.write(chunks[index], resolve)));
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
export async function beatOneByOne({ members }, passes, perSec) {
  const total = members.length * passes;
  const startMs = performance.now();
  let sent = 0;
  while (sent < total) {
    const due = Math.min(total, Math.floor(((performance.now() - startMs) * perSec) / 1000));
    for (; sent < due; sent += 1) {
      const { raw, heartbeat } = members[sent % members.length];
      raw.write(heartbeat);
    }
    await delay(SLICE_MS);
  }
  await untilWorkedOff(members.slice(0, 1));
  return { elapsedMs: performance.now() - startMs, heartbeats: total };
}

/** Goes on until it is stopped: every connection once in `intervalMs`, evenly spread. */
export function beatSlowly({ members }, intervalMs) {
  stopBeating();
  let position = 0;
  let lastMs = performance.now();
  beating = setInterval(() => {
    const nowMs = performance.now();
    const due = position + ((nowMs - lastMs) * members.length) / intervalMs;
    lastMs = nowMs;
    for (let index = Math.ceil(position); index < due; index += 1) {
      const { raw, heartbeat, isClosed } = members[index % members.length];
      if (!isClosed) raw.write(heartbeat);
    }
    position = due;
  }, SLICE_MS);
}

export function stopBeating() {
  clearInterval(beating);
}
