import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { settled, type Console } from './console.js';
import { PAGES } from './pages.js';

/** All pages, one after the other, also on a machine that has other things to do. */
export const PATIENCE_MS = 480_000;

/** What a change of the theme can break; it changes nothing but colours. */
const RULES_OF_COLOURS = ['color-contrast', 'link-in-text-block'];

/** What axe finds on a page as it stands. */
async function violations(page: Page, rules?: string[]): Promise<string[]> {
  // Nothing is judged half faded in; what never comes to rest is judged as it is.
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every((one) => one.playState !== 'running' || one.effect?.getTiming().iterations === Infinity),
  );
  // Without frames of other origins there is nothing to put together in a page of its own.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
  const { violations: found } = await (rules ? axe.withRules(rules) : axe).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

/** What axe finds on a page in either theme; the page is opened once, and changes its theme as it stands. */
export async function violationsInBothThemes(page: Page): Promise<Record<'light' | 'dark', string[]>> {
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await violations(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  return { light, dark: await violations(page, RULES_OF_COLOURS) };
}

/** Opens every page of a width, the sign-in page without a session, and has `look` look at each. */
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
