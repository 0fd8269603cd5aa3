import { TestOrchestrator } from '@moolai/testing';
import type { BrowserContext, Page, Request } from 'playwright-core';
import { BufferingProxy } from './support/buffering-proxy.js';
import { HOST_NAME } from './support/browser.js';
import { Console, signIn } from './support/console.js';

const PATIENCE_MS = 120_000;
/** Longer than the lifetime of an access token. */
const SLEEP_MS = 20 * 60_000;

/** Number of event streams that a browser's tabs hold open. */
class Streams {
  private open = 0;

  constructor(context: BrowserContext) {
    const isStream = (request: Request): boolean => request.url().endsWith('/controller/events');
    const ended = (request: Request): void => void (this.open -= isStream(request) ? 1 : 0);
    context.on('request', (request) => (this.open += isStream(request) ? 1 : 0));
    context.on('requestfinished', ended);
    context.on('requestfailed', ended);
  }

  get count(): number {
    return this.open;
  }
}

describe('the tabs of one browser', () => {
  let site: Console;

  beforeAll(async () => {
    site = await Console.start({ DEMO_FLEET: '1' });
  });

  // Closing many pages takes a while.
  afterEach(() => site.closePages(), PATIENCE_MS);
  afterAll(() => site.stop());

  /** Over plain HTTP the browser has no locks, and logs the headers that it ignores. */
  function forgivePlainHttp(): void {
    for (const complaint of site.complaints.splice(0)) {
      expect(complaint).toMatch(/Cross-Origin-Opener-Policy|Origin-Agent-Cluster/);
    }
  }

  async function openTabs(host: string, count: number): Promise<[Streams, ...Page[]]> {
    const first = await site.open('/sign-in');
    const streams = new Streams(first.context());
    const url = `http://${host}:${site.controller.port}/`;
    await first.goto(url);
    await signIn(first);
    await first.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
    const tabs = [first];
    while (tabs.length < count) tabs.push(await first.context().newPage());
    await Promise.all(tabs.slice(1).map((tab) => tab.goto(url)));
    for (const tab of tabs) await tab.getByText('Live', { exact: true }).waitFor();
    return [streams, ...tabs];
  }

  async function register(id: string): Promise<void> {
    const orchestrator = await TestOrchestrator.connect(`${site.url.replace('http', 'ws')}/ws`);
    await orchestrator.register(id);
    await orchestrator.close();
  }

  const sees = (tab: Page, id: string): Promise<void> =>
    tab.getByRole('link', { name: id }).first().waitFor();

  it('report a buffering proxy, and stay up to date', async () => {
    const proxy = await BufferingProxy.start(site.controller.port);
    const page = await site.open('/sign-in');
    await page.goto(`${proxy.url}/`);
    await signIn(page);
    await page.getByText('buffers the live stream').waitFor();
    await page.getByText('Every 10 s', { exact: true }).waitFor();
    await register('seen-by-polling');
    await sees(page, 'seen-by-polling');
    await page.context().close();
    await proxy.stop();
    site.complaints.splice(0);
  });

  it.each([
    ['127.0.0.1', 3],
    [HOST_NAME, 10],
  ] as const)(
    'share one event stream, and all work, at %s (%d tabs)',
    async (host, count) => {
      const [streams, first, ...others] = await openTabs(host, count);
      if (!first) throw new Error('there is no tab');
      expect(await first.evaluate(() => 'locks' in navigator)).toBe(host === '127.0.0.1');
      expect(streams.count).toBe(1);
      await register(`seen-by-all-${host}`);
      for (const tab of [first, ...others]) await sees(tab, `seen-by-all-${host}`);
      // The first tab reads the stream; another one takes over.
      await first.goto('about:blank');
      await register(`seen-by-others-${host}`);
      for (const tab of others) await sees(tab, `seen-by-others-${host}`);
      expect(streams.count).toBe(1);
      // Separate streams would have used up the browser's six connections.
      for (const tab of others) {
        const status = await tab.evaluate(async () => (await fetch('/api/v1/controller/health')).status);
        expect(status).toBe(200);
      }
      if (host === HOST_NAME) forgivePlainHttp();
    },
    PATIENCE_MS,
  );

  it(
    'stay signed in when four of them wake up at once without locks',
    async () => {
      const [, ...tabs] = await openTabs(HOST_NAME, 4);
      const pages = ['Orchestrators', 'Organizations', 'Activity', 'Messages', 'Recommendations'];
      for (const name of pages) {
        for (const tab of tabs) {
          await tab.evaluate((ms) => {
            const { now } = Date;
            Date.now = () => now() + ms;
          }, SLEEP_MS);
        }
        const links = tabs.map((tab) => tab.getByRole('link', { name, exact: true }).first());
        await Promise.all(links.map((link) => link.click()));
        for (const tab of tabs) await tab.getByRole('heading', { name, level: 1 }).waitFor();
      }
      for (const tab of tabs) expect(new URL(tab.url()).pathname).toBe('/recommendations');
      forgivePlainHttp();
    },
    PATIENCE_MS,
  );
});
