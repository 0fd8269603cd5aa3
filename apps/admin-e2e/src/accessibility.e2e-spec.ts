import { PATIENCE_MS, violationsInBothThemes, visitAll } from './support/axe.js';
import { Console, settled } from './support/console.js';
import { furnish } from './support/furnish.js';
import { PAGES } from './support/pages.js';

/** The narrow screen has its own file, so that the two run in parallel. */
describe('every page on a wide screen', () => {
  let site: Console;

  beforeAll(async () => {
    site = await Console.start({ DEMO_FLEET: '6' });
    await furnish(site.url);
  });

  afterEach(() => site.closePages());
  afterAll(() => site.stop());

  it(
    'passes axe in both themes',
    async () => {
      await visitAll(site, { width: 1440, height: 900 }, async (page, path) => {
        expect([path, await violationsInBothThemes(page)]).toEqual([path, { light: [], dark: [] }]);
      });
    },
    PATIENCE_MS,
  );

  it('is in the list of pages of this test', async () => {
    const page = await site.openSignedIn('/');
    const links = page.getByRole('navigation', { name: 'Main' }).locator('a:not([target])');
    const paths = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
    expect(paths.length).toBeGreaterThan(10);
    expect(paths.filter((path) => !PAGES.includes(path))).toEqual([]);
  });

  it('uses the chosen theme, and keeps it after a reload', async () => {
    const page = await site.openSignedIn('/', { colorScheme: 'light' });
    const background = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    await page.getByRole('button', { name: 'Theme: system' }).click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    const dark = await background();
    expect(dark).not.toBe(light);
    await page.reload();
    await settled(page);
    expect(await background()).toBe(dark);
  });
});
