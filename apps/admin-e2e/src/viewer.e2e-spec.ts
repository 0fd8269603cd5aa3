import type { Page } from 'playwright-core';
import { Console, settled, signIn } from './support/console.js';
import { PAGES } from './support/pages.js';
import { asAdmin, makeViewer, type Person } from './support/people.js';

const PATIENCE_MS = 480_000;

/**
 * Controls that change nothing: showing details, sorting, filtering, copying. A new button must be listed here, or be
 * hidden from users whose request would be refused.
 */
const HARMLESS = [
  /^BUTTON (Orchestrator|Organization|Last seen|Version|Created|Message|Last change|Type|Columns and density)$/,
  /^BUTTON (All|● Active|◆ Independent|○ Inactive|✖ Error|Open|Acknowledged|Dismissed)( [\d,]+)?$/,
  /^BUTTON (Export CSV|View|Clear filters|(Next|Previous) page|Refresh)/,
  /^BUTTON Copy/,
  /^BUTTON (To orchestrators?|From orchestrators?|By orchestrator|By type|Table|Chart)$/,
  /^BUTTON (1 hour|6 hours|1 day|7 days|30 days|Today|Show 30 days|Node|Python|wscat)$/,
  /^BUTTON (Version \d+|Changes|Compare with current|Side by side|Inline)$/,
  // The user's own settings: theme, password, sessions.
  /^BUTTON (System|Light|Dark|Local time|UTC|Change password|End .+)$/,
  /^BUTTON (monitoring|recommendation|[\w.]+)#\d+$/,
  /^INPUT( (Search .*|Type|Actor|Target id|Orchestrator id|Orchestrator to configure))?$/,
];

describe('a viewer', () => {
  let site: Console;
  let viewer: Person;

  beforeAll(async () => {
    site = await Console.start({ DEMO_FLEET: '6' });
    viewer = await makeViewer(site);
  });

  afterEach(() => site.closePages());
  afterAll(() => site.stop());

  async function open(path: string): Promise<Page> {
    const page = await site.open(path);
    await signIn(page, viewer.password, viewer.email);
    return page;
  }

  /** The controls of a page, without those on every page. */
  function controls(page: Page): Promise<string[]> {
    return page.evaluate(() =>
      [...document.querySelectorAll('main button, main [role=switch], main input, main textarea')].map(
        (one) =>
          `${one.tagName} ${one.getAttribute('aria-label') ?? one.textContent ?? ''}`
            .replaceAll(/\s+/g, ' ')
            .trim(),
      ),
    );
  }

  it(
    'sees no button and sends no request that would be refused, on any page',
    async () => {
      const page = await open('/');
      for (const path of PAGES) {
        await page.goto(site.url + path);
        await settled(page);
        const harmful = (await controls(page)).filter((name) => !HARMLESS.some((known) => known.test(name)));
        expect([path, harmful]).toEqual([path, []]);
      }
    },
    PATIENCE_MS,
  );

  it('learns which permission a page needs, and has no link to it in the navigation', async () => {
    const page = await open('/enrolment-tokens');
    await page.getByRole('heading', { name: 'You do not have access to this page' }).waitFor();
    await page.getByText('orchestrators:manage').waitFor();
    expect(new URL(page.url()).pathname).toBe('/enrolment-tokens');
    const navigation = page.getByRole('navigation', { name: 'Main' });
    await navigation.getByRole('link', { name: 'Connect' }).waitFor();
    for (const name of ['Enrolment tokens', 'Users', 'API tokens', 'Audit'])
      expect(await navigation.getByRole('link', { name }).count()).toBe(0);
  });

  it('is signed out when the session is lost elsewhere, and returns to the same page', async () => {
    const page = await open('/organizations?search=org');
    await page.getByRole('heading', { name: 'Organizations', level: 1 }).waitFor();
    // A new password ends every session of a user, and thus the live stream.
    const password = 'another-one-to-look';
    await asAdmin(site, 'PATCH', `/internal/users/${viewer.id}`, { password });
    await page.getByText('Your session has ended.').waitFor({ timeout: 60_000 });
    await signIn(page, password, viewer.email);
    await page.getByRole('heading', { name: 'Organizations', level: 1 }).waitFor();
    expect(page.url()).toBe(`${site.url}/organizations?search=org`);
    site.allow(/40[13]/);
  });
});
