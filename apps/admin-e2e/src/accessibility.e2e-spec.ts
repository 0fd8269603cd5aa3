import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { Console, settled } from './support/console.js';

/** All pages, one after the other, also on a machine that has other things to do. */
const PATIENCE_MS = 240_000;

const PAGES = [
  '/',
  '/orchestrators',
  '/orchestrators?selected=orch-001',
  '/orchestrators?search=nobody',
  '/orchestrators/orch-001',
  '/orchestrators/orch-001/independence',
  '/orchestrators/orch-001/messages',
  '/orchestrators/orch-001/metrics',
  '/orchestrators/orch-001/activity',
  '/orchestrators/orch-001/credentials',
  '/organizations',
  '/organizations/org-001',
  '/activity',
  '/connect',
  '/configuration',
  '/configuration/organizations/org-001',
  '/configuration/organizations/org-001?view=history',
  '/configuration/orchestrators/orch-001?view=effective',
  '/configuration/orchestrators/orch-001?view=history&entry=1',
  '/messages',
  '/messages?status=dismissed',
  '/recommendations',
  '/audit',
  '/audit?action=session.started',
  '/users',
  '/api-tokens',
  '/settings',
  '/enrolment-tokens',
  '/enrolment-tokens?state=expired',
  '/nowhere',
];

describe('every page', () => {
  let site: Console;

  beforeAll(async () => {
    site = await Console.start({ DEMO_FLEET: '6' });
  });

  afterEach(() => site.closePages());
  afterAll(() => site.stop());

  async function violations(page: Page): Promise<string[]> {
    // Nothing is judged half faded in; what never comes to rest is judged as it is.
    await page.waitForFunction(() =>
      document
        .getAnimations()
        .every((one) => one.playState !== 'running' || one.effect?.getTiming().iterations === Infinity),
    );
    const { violations: found } = await new AxeBuilder({ page }).analyze();
    return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`);
  }

  describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
    it.each([1440, 390])(
      'has nothing that axe finds, %i pixels wide',
      async (width) => {
        const viewport = { width, height: 900 };
        const page = await site.open('/sign-in', { colorScheme, viewport });
        await settled(page);
        expect(await violations(page)).toEqual([]);
        const inside = await site.openSignedIn('/', { colorScheme, viewport });
        for (const path of PAGES) {
          await inside.goto(site.url + path);
          await settled(inside);
          expect([path, await violations(inside)]).toEqual([path, []]);
        }
      },
      PATIENCE_MS,
    );
  });

  it(
    'fits a screen of 360 pixels without scrolling sideways',
    async () => {
      const page = await site.openSignedIn('/', { viewport: { width: 360, height: 740 } });
      for (const path of PAGES) {
        await page.goto(site.url + path);
        await settled(page);
        expect([path, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([path, 360]);
      }
    },
    PATIENCE_MS,
  );

  it('is reached from the menu of a narrow screen', async () => {
    const page = await site.openSignedIn('/nowhere', { viewport: { width: 360, height: 740 } });
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Home' }).click();
    await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
  });

  it('takes the theme that was chosen, and keeps it over a reload', async () => {
    const page = await site.openSignedIn('/', { colorScheme: 'light' });
    const background = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    await page.getByRole('button', { name: 'Theme: as the system' }).click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    const dark = await background();
    expect(dark).not.toBe(light);
    await page.reload();
    await settled(page);
    expect(await background()).toBe(dark);
  });
});
