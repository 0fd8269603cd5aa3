import type { Page } from 'playwright-core';
import { Console, EMAIL, PASSWORD } from './support/console.js';

const PATIENCE_MS = 120_000;
/** More than any page has before the target. */
const MOST_TABS = 80;

describe('the keyboard only', () => {
  let site: Console;

  beforeAll(async () => {
    site = await Console.start({ DEMO_FLEET: '3' });
  });

  afterEach(() => site.closePages());
  afterAll(() => site.stop());

  /** The name of the focused element. */
  function focused(page: Page): Promise<string> {
    return page.evaluate(() => {
      const { activeElement: element } = document;
      const label = element?.getAttribute('aria-label') ?? element?.textContent ?? '';
      return label.replaceAll(/\s+/g, ' ').trim();
    });
  }

  /** Presses Tab until an element with that name has the focus. */
  async function tabTo(page: Page, name: RegExp): Promise<void> {
    for (let presses = 0; presses < MOST_TABS; presses += 1) {
      if (name.test(await focused(page))) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`${String(name)} cannot be reached; the focus is on "${await focused(page)}"`);
  }

  it(
    'signs in, finds an orchestrator, makes it independent and undoes that',
    async () => {
      const page = await site.open('/');
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      for (let presses = 0; presses < MOST_TABS; presses += 1) {
        if (await page.getByLabel('E-mail address').evaluate((one) => one === document.activeElement)) break;
        await page.keyboard.press('Tab');
      }
      await page.keyboard.type(EMAIL);
      await page.keyboard.press('Tab');
      await page.keyboard.type(PASSWORD);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();

      await page.keyboard.press('Control+k');
      await page.locator('[role=combobox]:focus').waitFor();
      await page.keyboard.type('orch-002');
      // Before the results have loaded.
      await page.keyboard.press('Enter');
      await page.waitForURL('**/orchestrators/orch-002');
      await page.getByRole('region', { name: 'Status' }).waitFor();

      await tabTo(page, /^Make independent…$/);
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await page.locator('#lease-reason:focus').waitFor();
      await page.keyboard.type('By keyboard');
      await page.keyboard.press('Tab');
      await tabTo(page, /^Make independent$/);
      await page.keyboard.press('Enter');
      await page.getByText('orch-002 is now independent').waitFor();
      await tabTo(page, /^(Undo|Make managed)$/);
      await page.keyboard.press('Enter');
      await page.getByText('orch-002 is managed again').waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'opens every page of the navigation by its keys, and returns the focus when a dialog closes',
    async () => {
      const page = await site.openSignedIn('/');
      await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
      await page.keyboard.press('g');
      await page.keyboard.press('e');
      await page.getByRole('heading', { name: 'Enrolment tokens', level: 1 }).waitFor();
      await tabTo(page, /^Create an enrolment token$/);
      await page.keyboard.press('Enter');
      await page.getByLabel('Name', { exact: true }).and(page.locator(':focus')).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await focused(page)).toBe('Create an enrolment token');
    },
    PATIENCE_MS,
  );
});
