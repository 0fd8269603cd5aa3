import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { settled, type Console } from './console.js';
import { PAGES } from './pages.js';

/** For all pages in sequence, on a busy machine. */
export const PATIENCE_MS = 480_000;

/** Rules that the theme can affect; it only changes colours. */
const RULES_OF_COLOURS = ['color-contrast', 'link-in-text-block'];

/** The violations that axe finds on a page. */
async function violations(page: Page, rules?: string[]): Promise<string[]> {
  // Waits for transitions to end, so that nothing is half faded in.
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every((one) => one.playState !== 'running' || one.effect?.getTiming().iterations === Infinity),
  );
  // Without frames of other origins, legacy mode needs no extra page.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
  const { violations: found } = await (rules ? axe.withRules(rules) : axe).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

/** The violations of a page in both themes; opens the page once and switches the theme. */
export async function violationsInBothThemes(page: Page): Promise<Record<'light' | 'dark', string[]>> {
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await violations(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  return { light, dark: await violations(page, RULES_OF_COLOURS) };
}

/** Opens every page at one width, the sign-in page without a session, and calls `look` for each. */
export async function visitAll(
  site: Console,
  viewport: { width: number; height: number },
  look: (page: Page, path: string) => Promise<void>,
): Promise<void> {
  const outside = await site.open('/sign-in', { viewport });
  await settled(outside);
  await look(outside, '/sign-in');
  const inside = await site.openSignedIn('/', { viewport });
  for (const path of PAGES) {
    await inside.goto(site.url + path);
    await settled(inside);
    await look(inside, path);
  }
}
