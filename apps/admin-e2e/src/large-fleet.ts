import type { Page } from 'playwright-core';
import { Console } from './support/console.js';

const COUNT = 10_000;
const WATCHED_MS = 10_000;
/** Longer than this, and one feels that the page has stopped. */
const LONGEST_FRAME_MS = 100;

/** The longest times between two frames while a page is watched. */
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
          if (now - begin < duration) requestAnimationFrame(step);
          else resolve(frames.sort((a, b) => b - a).slice(0, 5));
        };
        requestAnimationFrame(step);
      }),
    durationMs,
  );
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

  it('are listed and followed, 300 heartbeats a second, without a frame that one would feel', async () => {
    const page = await site.openSignedIn('/orchestrators?sort=-last_seen');
    // They take a while to register, all of them on this machine.
    await page.getByText('10,000', { exact: true }).first().waitFor({ timeout: 100_000 });
    await page.getByRole('row', { name: /orch-/ }).first().waitFor();
    const frames = await longestFrames(page, WATCHED_MS);
    expect(Math.max(...frames)).toBeLessThan(LONGEST_FRAME_MS);
  }, 240_000);
});
