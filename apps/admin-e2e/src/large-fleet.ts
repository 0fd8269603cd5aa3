import { setTimeout as delay } from 'node:timers/promises';
import type { Overview } from '@moolai/contracts';
import type { CDPSession, Page } from 'playwright-core';
import { Console } from './support/console.js';

const COUNT = 10_000;
/** Duration of the measurement, and interval of the heap measurements. */
const WATCHED_MS = 300_000;
const WEIGHED_EVERY_MS = 60_000;
/** How long the list is scrolled up and down. */
const SCROLLED_MS = 10_000;
/** A longer frame feels like a frozen page. */
const LONGEST_FRAME_MS = 100;
/** Maximum growth of the heap between the first and the fifth minute, with ninety thousand heartbeats. */
const MOST_GROWTH_BYTES = 2_000_000;

/** The longest frames while a page is scrolled up and down. */
function longestFrames(page: Page, durationMs: number): Promise<number[]> {
  return page.evaluate(
    (duration) =>
      new Promise<number[]>((resolve) => {
        const frames: number[] = [];
        const begin = performance.now();
        let last = begin;
        const step = (): void => {
          const now = performance.now();
          frames.push(now - last);
          last = now;
          window.scrollTo(0, (1 - Math.cos((now - begin) / 600)) * 800);
          if (now - begin < duration) requestAnimationFrame(step);
          else resolve(frames.sort((a, b) => b - a).slice(0, 5));
        };
        requestAnimationFrame(step);
      }),
    durationMs,
  );
}

/** Heap size of a page after garbage collection. */
async function weigh(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize;
}

describe('ten thousand orchestrators', () => {
  let site: Console;

  beforeAll(async () => {
    site = await Console.start({
      DEMO_FLEET: String(COUNT),
      HEARTBEAT_INTERVAL_SEC: '30',
      HEARTBEAT_TTL_SEC: '120',
      LOG_LEVEL: 'warn',
    });
  }, 120_000);

  afterEach(() => site.closePages());
  afterAll(() => site.stop());

  it('are listed and updated, with 300 heartbeats a second, without a noticeable frame', async () => {
    const page = await site.openSignedIn('/orchestrators?sort=-last_seen');
    // They take a while to register, all of them on this machine.
    await page.getByText('10,000', { exact: true }).first().waitFor({ timeout: 100_000 });
    await page.getByRole('row', { name: /orch-/ }).first().waitFor();
    const frames = await longestFrames(page, SCROLLED_MS);
    process.stderr.write(`longest frames: ${frames.map((ms) => ms.toFixed(0)).join(', ')} ms\n`);
    expect(Math.max(...frames)).toBeLessThan(LONGEST_FRAME_MS);
  }, 480_000);

  it('leak no memory in five minutes', async () => {
    const page = await site.openSignedIn('/orchestrators?sort=-last_seen');
    await page.getByRole('row', { name: /orch-/ }).first().waitFor();
    const session = await page.context().newCDPSession(page);
    const processed = async (): Promise<number> =>
      (await site.controller.get<Overview>('/controller/overview')).heartbeats.processed;
    const begin = { ms: performance.now(), processed: await processed() };
    const weights: number[] = [];
    while (performance.now() - begin.ms < WATCHED_MS) {
      // This test measures over time.
      await delay(WEIGHED_EVERY_MS);
      weights.push(await weigh(session));
    }
    const rate = ((await processed()) - begin.processed) / ((performance.now() - begin.ms) / 1_000);
    const shown = weights.map((bytes) => (bytes / 1e6).toFixed(1)).join(', ');
    process.stderr.write(`heap by the minute: ${shown} MB, at ${rate.toFixed(0)} heartbeats a second\n`);
    expect(rate).toBeGreaterThan(200);
    expect((weights.at(-1) ?? 0) - (weights[0] ?? 0)).toBeLessThan(MOST_GROWTH_BYTES);
  }, 420_000);
});
