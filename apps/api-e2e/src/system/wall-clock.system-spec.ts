import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedPostgres } from '@moolai/api';
import type { LiveOrchestrator } from '@moolai/contracts';
import { ControllerProcess, freePort, newDataDir, TestOrchestrator, waitUntil } from '@moolai/testing';
import { databaseEnv } from '../support/command.js';
import { describeWith } from './debian.js';

const HOUR_MS = 3_600_000;
const TTL_MS = 3_000;
const BEAT_MS = 200;

/** The library that fakes a process's time; its folder is named after the processor. */
function timeLibrary(): string {
  const paths = readdirSync('/usr/lib').map((name) => join('/usr/lib', name, 'faketime/libfaketimeMT.so.1'));
  const found = paths.find((path) => existsSync(path));
  if (found === undefined) throw new Error('there is no libfaketime');
  return found;
}

describeWith('faketime')('a controller whose wall clock is set while it runs', () => {
  const databaseDir = newDataDir();
  const dataDir = newDataDir();
  const offset = join(dataDir, 'offset');
  let postgres: EmbeddedPostgres;
  let controller: ControllerProcess;

  beforeAll(async () => {
    writeFileSync(offset, '+0');
    postgres = new EmbeddedPostgres({ dataDir: databaseDir, volatile: true });
    const connection = await postgres.start();
    controller = new ControllerProcess(await freePort(), dataDir, {
      ...databaseEnv(connection),
      HEARTBEAT_TTL_SEC: String(TTL_MS / 1_000),
      MESSAGE_ACK_TIMEOUT_SEC: '1',
      LD_PRELOAD: timeLibrary(),
      FAKETIME_TIMESTAMP_FILE: offset,
      FAKETIME_NO_CACHE: '1',
      // Like the kernel, where setting the time of day does not affect the monotonic clock.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    });
    await controller.untilHealthy();
  });

  afterAll(async () => {
    await controller.stop();
    await postgres.stop();
  });

  /** The controller's time of day. */
  async function now(): Promise<number> {
    const response = await controller.fetch('/api/v1/controller/health');
    return Date.parse((response?.body as { timestamp: string }).timestamp);
  }

  async function view(id: string): Promise<LiveOrchestrator | undefined> {
    const { items } = await controller.api.listConnectedOrchestrators();
    return items.find(({ orchestrator_id }) => orchestrator_id === id);
  }

  async function enter(id: string, more: Record<string, unknown> = {}): Promise<TestOrchestrator> {
    const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${controller.port}/ws`);
    await orchestrator.register(id, more);
    return orchestrator;
  }

  it.each([
    ['back', '-1h', -HOUR_MS],
    ['forward', '+1h', HOUR_MS],
  ])('%s: notices silence, sends messages again and shows the current time', async (name, text, shiftMs) => {
    writeFileSync(offset, '+0');
    await waitUntil('the time is right', async () => Math.abs((await now()) - Date.now()) < HOUR_MS / 2);
    const [silent, beating, receiver] = [`silent-${name}`, `beating-${name}`, `receiver-${name}`];
    const receiving = await enter(receiver, { capabilities: ['message_ack'] });
    const heart = await enter(beating);
    const timer = setInterval(() => heart.beat(beating), BEAT_MS);
    try {
      const response = await fetch(
        `http://127.0.0.1:${controller.port}/api/v1/internal/orchestrators/${receiver}/messages`,
        {
          method: 'POST',
          headers: { authorization: 'Bearer fake-dev-token', 'content-type': 'application/json' },
          body: JSON.stringify({ message_type: 'notice', message_content: {} }),
        },
      );
      expect(response.status).toBe(201);
      const { message_id } = await receiving.next('message');
      const quiet = await enter(silent);
      quiet.beat(silent);
      const lastBeat = performance.now();
      expect((await view(silent))?.status).toBe('active');

      writeFileSync(offset, text);
      await waitUntil(
        'the time is another one',
        async () => Math.abs((await now()) - Date.now() - shiftMs) < HOUR_MS / 2,
      );
      receiving.inbox.length = 0;
      await expect(receiving.next('message', 30_000)).resolves.toMatchObject({ message_id });
      await waitUntil('silence is noticed', async () => (await view(silent))?.status === 'inactive', 30_000);
      expect(performance.now() - lastBeat).toBeGreaterThanOrEqual(TTL_MS);
      await waitUntil('last_seen is the present time', async () => {
        const one = await view(beating);
        const ageMs = (await now()) - Date.parse(one?.last_seen ?? '');
        return one?.status === 'active' && ageMs >= 0 && ageMs < TTL_MS;
      });
      for (const one of [quiet, heart, receiving]) one.crash();
    } finally {
      clearInterval(timer);
    }
  });
});
