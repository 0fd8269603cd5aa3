/**
 * `node tools/bench/event-channels.ts`: what carries events between controllers best? One publisher and two readers on a
 * `redis-server` of the PATH; the figures of decision 17.
 */
import { spawn } from 'node:child_process';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { freePort } from '../../libs/testing/dist/index.js';

const EVENT = JSON.stringify({
  type: 'orchestrator.status',
  at: new Date().toISOString(),
  organization_id: 'org-1',
  orchestrator_id: 'orchestrator-000001',
  actor: 'system',
  summary: 'Orchestrator orchestrator-000001 is inactive: no heartbeat for 120 s.',
  data: { status: 'inactive', previous_status: 'active', reason: 'no heartbeat for 120 s' },
});
const SECONDS = 5;
const READERS = 2;
const MAXLEN = '10000';

const port = await freePort();
const server = spawn('redis-server', ['--port', String(port), '--save', ''], { stdio: 'ignore' });
await delay(500);

async function client() {
  const one = createClient({
    socket: { port, reconnectStrategy: 20 },
    commandOptions: { timeout: undefined },
  });
  one.on('error', () => undefined);
  await one.connect();
  return one;
}
type Client = Awaited<ReturnType<typeof client>>;
type Receive = (payload: string) => void;

/** A way to carry events: adds one batch, and begins to read. */
interface Way {
  add(publisher: Client, payloads: string[]): Promise<unknown>;
  read(reader: Client, receive: Receive): Promise<unknown>;
}

const ways: Record<string, Way> = {
  'pub/sub': {
    add: (publisher, payloads) => Promise.all(payloads.map((one) => publisher.publish('events', one))),
    read: (reader, receive) => reader.subscribe('events', receive),
  },
  'sharded pub/sub': {
    add: (publisher, payloads) => Promise.all(payloads.map((one) => publisher.sPublish('events', one))),
    read: (reader, receive) => reader.sSubscribe('events', receive),
  },
  stream: {
    add: (publisher, payloads) =>
      Promise.all(
        payloads.map((one) =>
          publisher.sendCommand(['XADD', 'events', 'MAXLEN', '~', MAXLEN, '*', 'e', one]),
        ),
      ),
    read: (reader, receive) => {
      let last = '0-0';
      void (async () => {
        while (server.exitCode === null) {
          try {
            const id: string = last;
            const streams = await reader.xRead({ key: 'events', id }, { BLOCK: 1_000, COUNT: 1_000 });
            for (const { messages } of (streams ?? []) as {
              messages: { id: string; message: { e: string } }[];
            }[])
              for (const { id: next, message } of messages) {
                last = next;
                receive(message.e);
              }
          } catch {
            await delay(5);
          }
        }
      })();
      return Promise.resolve();
    },
  },
};

async function cpuOfRedis(admin: Client): Promise<number> {
  const info = await admin.info('cpu');
  const of = (name: string): number => Number(new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]);
  return of('used_cpu_user') + of('used_cpu_sys');
}

function quantile(sorted: number[], q: number): string {
  return (sorted[Math.floor(sorted.length * q)] ?? NaN).toFixed(2);
}

async function measure(name: string, way: Way, perSecond: number, kills: boolean): Promise<void> {
  const [admin, publisher] = [await client(), await client()];
  await admin.flushAll();
  const readers: Client[] = [];
  const delays: number[] = [];
  let received = 0;
  for (let number = 0; number < READERS; number += 1) {
    const reader = await client();
    readers.push(reader);
    await way.read(reader, (payload) => {
      received += 1;
      delays.push(performance.now() - Number(payload.slice(0, payload.indexOf(' '))));
    });
  }
  await delay(200);
  const [cpuBefore, redisBefore] = [process.cpuUsage(), await cpuOfRedis(admin)];
  const startedAt = performance.now();
  let sent = 0;
  let killed = 0;
  while (performance.now() - startedAt < SECONDS * 1_000) {
    const due = Math.min(
      500,
      Number.isFinite(perSecond)
        ? Math.floor(((performance.now() - startedAt) / 1_000) * perSecond) - sent
        : 100,
    );
    sent += Math.max(0, due);
    const batch = Array.from({ length: Math.max(0, due) }, () => `${performance.now()} ${EVENT}`);
    if (batch.length > 0) await way.add(publisher, batch).catch(() => undefined);
    else await delay(1);
    if (kills && performance.now() - startedAt > killed * 1_000 + 500) {
      killed += 1;
      const list = (await admin.sendCommand(['CLIENT', 'LIST'])) as unknown as string;
      for (const line of list.split('\n'))
        if (/ cmd=(subscribe|ssubscribe|xread)/.test(line))
          await admin.sendCommand(['CLIENT', 'KILL', 'ID', /id=(\d+)/.exec(line)?.[1] ?? '']).catch(() => 0);
    }
    await turn();
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const cpu = process.cpuUsage(cpuBefore);
  await delay(500);
  const perEvent = (used: number): string => ((used * 1e6) / sent).toFixed(0);
  delays.sort((one, other) => one - other);
  const lost = sent * READERS - received;
  process.stdout.write(
    `${name.padEnd(16)} ${(sent / seconds).toFixed(0).padStart(7)} events/s  ` +
      `CPU per event: Node ${perEvent((cpu.user + cpu.system) / 1e6)} µs, ` +
      `Redis ${perEvent((await cpuOfRedis(admin)) - redisBefore)} µs  ` +
      `delay p50 ${quantile(delays, 0.5)} ms, p99 ${quantile(delays, 0.99)} ms  ` +
      `${kills ? `after ${killed} broken connections ` : ''}lost ${lost} of ${sent * READERS}\n`,
  );
  for (const one of [admin, publisher, ...readers]) one.destroy();
}

for (const [rate, kills] of [
  [1_000, false],
  [10_000, false],
  [Infinity, false],
  [1_000, true],
] as const) {
  process.stdout.write(
    `\n${rate} events/s${kills ? ', the connections of the readers broken each second' : ''}\n`,
  );
  for (const [name, way] of Object.entries(ways)) await measure(name, way, rate, kills);
}
server.kill('SIGKILL');
process.exit();
