import { PATIENCE_MS, violationsInBothThemes, visitAll } from './support/axe.js';
import { Console } from './support/console.js';
import { furnish } from './support/furnish.js';

describe('every page on a narrow screen', () => {
  let site: Console;

  beforeAll(async () => {
    site = await Console.start({ DEMO_FLEET: '6' });
    await furnish(site.url);
  });

  afterEach(() => site.closePages());
  afterAll(() => site.stop());

  it(
    'passes axe in both themes, and does not scroll sideways at 360 pixels',
    async () => {
      await visitAll(site, { width: 390, height: 844 }, async (page, path) => {
        expect([path, await violationsInBothThemes(page)]).toEqual([path, { light: [], dark: [] }]);
        await page.setViewportSize({ width: 360, height: 740 });
        expect([path, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([path, 360]);
        await page.setViewportSize({ width: 390, height: 844 });
      });
    },
    PATIENCE_MS,
  );

  it('can be reached from the menu', async () => {
    const page = await site.openSignedIn('/nowhere', { viewport: { width: 360, height: 740 } });
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Home' }).click();
    await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
  });
});
