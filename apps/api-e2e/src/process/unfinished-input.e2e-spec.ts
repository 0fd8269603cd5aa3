import { readFileSync } from 'node:fs';
import {
  ControllerProcess,
  freePort,
  newDataDir,
  TestDatabase,
  TestOrchestrator,
  waitUntil,
} from '@moolai/testing';
import { databaseEnv } from '../support/command.js';
import { TOKEN } from '../support/test-controller.js';
import { UnfinishedPeer } from '../support/unfinished.js';

const MIB = 1024 * 1024;
const BUFFER_MB = 16;
/** Of the process: sockets and garbage come on top of the buffers. Without a limit it grows by 150 MB. */
const GROWTH_MB = 90;
const PEERS = 600;
const BEGINNING = 250_000;
const BODIES = 200;
const BODY_BEGINNING = 900_000;

function memoryMb(pid: number, field: 'VmHWM' | 'VmRSS'): number {
  const kb = new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kb) / 1024);
}

describe('incomplete input is limited in bytes', () => {
  const dataDir = newDataDir();
  let database: TestDatabase;
  let controller: ControllerProcess;

  beforeAll(async () => {
    database = await TestDatabase.create();
    controller = new ControllerProcess(await freePort(), dataDir, {
      ...databaseEnv(database.connection),
      FRAME_BUFFER_MB: String(BUFFER_MB),
      BODY_BUFFER_MB: String(BUFFER_MB),
      DEV_BEARER_TOKEN: TOKEN,
      NODE_OPTIONS: '--max-old-space-size=192',
    });
    await controller.untilHealthy();
  });

  afterAll(async () => {
    expect(controller.exit).toBeUndefined();
    await controller.stop();
    await database.drop();
  });

  async function figure(name: string, labels: string): Promise<number> {
    const text = await (await fetch(`http://127.0.0.1:${controller.port}/metrics`)).text();
    return Number(new RegExp(`^moolai_${name}\\{${labels}\\} (\\d+)$`, 'm').exec(text)?.[1]);
  }

  it(`${PEERS} unfinished messages make room for each other, and registered orchestrators keep theirs`, async () => {
    const url = `ws://127.0.0.1:${controller.port}/ws`;
    const registered = await TestOrchestrator.connect(url);
    await registered.register('slow');
    const recommendation = JSON.stringify({
      type: 'recommendation',
      orchestrator_id: 'slow',
      client_message_id: 'slow-1',
      recommendation: { text: 'x'.repeat(BEGINNING) },
    });
    registered.socket.send(recommendation.slice(0, 200_000), { fin: false });
    await waitUntil(
      'its beginning is there',
      async () => (await figure('buffer_bytes', 'buffer="frames"')) > 200_000,
    );
    const before = memoryMb(controller.pid, 'VmRSS');
    const inFrames: UnfinishedPeer[] = [];
    const inFragments: TestOrchestrator[] = [];
    while (inFrames.length < PEERS / 2) {
      const some = Array.from({ length: 25 }, async () => {
        inFrames.push(await UnfinishedPeer.frame(controller.port, BEGINNING));
        const peer = await TestOrchestrator.connect(url);
        peer.socket.send('x'.repeat(BEGINNING), { fin: false });
        inFragments.push(peer);
      });
      await Promise.all(some);
    }
    const places = (BUFFER_MB * MIB) / BEGINNING;
    const open = (): number =>
      inFrames.filter(({ isClosed }) => !isClosed).length + inFragments.filter(({ isOpen }) => isOpen).length;
    await waitUntil('the others are closed', () => open() < places);
    expect(await figure('buffer_bytes', 'buffer="frames"')).toBeLessThanOrEqual(
      await figure('buffer_limit_bytes', 'buffer="frames"'),
    );
    const growth = memoryMb(controller.pid, 'VmHWM') - before;
    process.stdout.write(`memory of ${PEERS} unfinished messages: ${growth} MB\n`);
    expect(growth).toBeLessThan(GROWTH_MB);
    const ended = inFragments.filter(({ isOpen }) => !isOpen);
    for (const peer of ended) {
      await expect(peer.untilClosed()).resolves.toEqual({
        code: 1013,
        reason: 'too many unfinished messages',
      });
    }
    const reason = Buffer.from('too many unfinished messages');
    for (const peer of inFrames) if (peer.isClosed) expect(peer.answer.includes(reason)).toBe(true);
    expect(await figure('connections_dropped_total', 'reason="unfinished"')).toBeGreaterThanOrEqual(
      PEERS - places,
    );
    // Active ones are served: one that waited all this time, and a new one.
    registered.socket.send(recommendation.slice(200_000), { fin: true });
    await registered.next('received');
    const newcomer = await TestOrchestrator.connect(url);
    await newcomer.register('newcomer');
    newcomer.send(recommendation.replace('"slow"', '"newcomer"'));
    await newcomer.next('received');
    for (const peer of inFrames) peer.end();
    for (const peer of [registered, newcomer, ...inFragments]) peer.crash();
    await waitUntil('nothing is held', async () => (await figure('buffer_bytes', 'buffer="frames"')) === 0);
  });

  it(`${BODIES} unfinished bodies make room for each other, and for whole ones`, async () => {
    const before = memoryMb(controller.pid, 'VmRSS');
    const head = [
      'POST /api/v1/internal/organizations HTTP/1.1',
      'Host: controller',
      `Authorization: Bearer ${TOKEN}`,
      'Content-Type: application/json',
      `Content-Length: ${MIB}`,
    ];
    const peers: UnfinishedPeer[] = [];
    for (let n = 0; n < BODIES; n += 1) {
      const begun = Buffer.alloc(BODY_BEGINNING, ' ');
      peers.push(await UnfinishedPeer.begin(controller.port, `${head.join('\r\n')}\r\n\r\n`, begun));
    }
    const places = (BUFFER_MB * MIB) / BODY_BEGINNING;
    const waiting = (): UnfinishedPeer[] => peers.filter(({ answer }) => answer.length === 0);
    await waitUntil('the others are refused', () => waiting().length < places);
    expect(await figure('buffer_bytes', 'buffer="bodies"')).toBeLessThanOrEqual(
      await figure('buffer_limit_bytes', 'buffer="bodies"'),
    );
    const growth = memoryMb(controller.pid, 'VmHWM') - before;
    process.stdout.write(`memory of ${BODIES} unfinished bodies: ${growth} MB\n`);
    expect(growth).toBeLessThan(GROWTH_MB);
    const [refused] = peers;
    const answer = refused?.answer.toString() ?? '';
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    expect(answer).toMatch(/^retry-after: 5\r$/im);
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({
      success: false,
      error: 'unavailable',
      detail: 'Too many requests are being received. Try again in 5 s.',
    });
    // The longest accepted body, while the others still occupy their buffers.
    expect(waiting().length).toBeGreaterThan(places / 2);
    const text = JSON.stringify({
      organization_id: 'org-whole',
      name: 'Whole',
      settings: { x: 'x'.repeat(60_000) },
    });
    const response = await fetch(`http://127.0.0.1:${controller.port}/api/v1/internal/organizations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: text.padEnd(MIB, ' '),
    });
    expect(response.status).toBe(201);
    for (const peer of peers) peer.end();
    await waitUntil('nothing is held', async () => (await figure('buffer_bytes', 'buffer="bodies"')) === 0);
  });
});
