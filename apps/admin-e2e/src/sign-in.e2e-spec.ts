import type { Page } from 'playwright-core';
import { Console, EMAIL, PASSWORD, signIn } from './support/console.js';

/** Replaces a tab's access token by an invalid one, so that its next request needs a new one. */
async function makeStale(page: Page): Promise<void> {
  await page.evaluate(() => {
    const session = JSON.parse(sessionStorage.getItem('moolai.session') ?? '{}') as Record<string, unknown>;
    const stale = { ...session, accessToken: 'stale', receivedAtMs: 0 };
    sessionStorage.setItem('moolai.session', JSON.stringify(stale));
  });
}

describe('signing in', () => {
  let site: Console;

  beforeAll(async () => {
    site = await Console.start({ DEMO_FLEET: '1' });
  });

  afterEach(() => site.closePages());
  afterAll(() => site.stop());

  it('asks first, and then opens the requested page', async () => {
    const page = await site.open('/organizations?search=org');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/sign-in');
    await signIn(page);
    await page.getByRole('heading', { name: 'Organizations', level: 1 }).waitFor();
    expect(page.url()).toBe(`${site.url}/organizations?search=org`);
  });

  it('reports a wrong password, and allows another attempt', async () => {
    const page = await site.open();
    await signIn(page, 'wrong');
    await page.getByRole('alert').getByText('The e-mail address or the password is wrong.').waitFor();
    await signIn(page);
    await page.getByRole('heading', { name: 'Home' }).waitFor();
    site.allow(/403/);
  });

  it('reports a missing field without asking the controller', async () => {
    const page = await site.open();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Enter your e-mail address.').waitFor();
    await page.getByText('Enter your password.').waitFor();
  });

  it('works with the keyboard only', async () => {
    const page = await site.open();
    await page.getByLabel('E-mail address').focus();
    await page.keyboard.type(EMAIL);
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Home' }).waitFor();
  });

  it('survives a reload, and ends when signing out', async () => {
    const page = await site.openSignedIn('/');
    await page.reload();
    await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
    await page.getByRole('button', { name: `Account of ${EMAIL}` }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.goto(`${site.url}/`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it('applies to a new tab of the same browser', async () => {
    const page = await site.openSignedIn('/');
    await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
    const tab = await page.context().newPage();
    await tab.goto(`${site.url}/`);
    await tab.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
    await expect(page.evaluate(() => document.cookie)).resolves.toBe('');
    await tab.close();
  });

  it('is required again when the controller has forgotten the session, and returns to the page', async () => {
    const page = await site.openSignedIn('/');
    await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
    // The effect of a restart of the controller with another secret.
    await makeStale(page);
    await page.context().clearCookies();
    await page.reload();
    await page.getByText('Your session has ended.').waitFor();
    await signIn(page);
    await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
    site.allow(/40[03]/);
  });

  it('survives a lost answer to a refresh', async () => {
    const page = await site.openSignedIn();
    await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
    const lost: number[] = [];
    const refresh = `${site.url}/api/v1/internal/auth/refresh`;
    await page.route(
      refresh,
      async (route) => {
        // The controller exchanges the token, but the page and its cookies do not receive it.
        const cookies = await page.context().cookies(refresh);
        const headers = {
          cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
          'content-type': 'application/json',
          origin: site.url,
        };
        lost.push((await fetch(refresh, { method: 'POST', headers, body: '{}' })).status);
        await route.abort('connectionreset');
      },
      { times: 1 },
    );
    for (const exchanges of ['lost, and repeated', 'the next one']) {
      await makeStale(page);
      const [answer] = await Promise.all([page.waitForResponse(refresh), page.reload()]);
      expect([exchanges, answer.status()]).toEqual([exchanges, 200]);
      await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
    }
    expect(lost).toEqual([200]);
    site.allow(/403|ERR_CONNECTION_RESET/);
  });

  it('shows a page for unknown URLs', async () => {
    const page = await site.openSignedIn('/nowhere');
    await page.getByRole('heading', { name: 'Page not found' }).waitFor();
    await page.getByRole('link', { name: 'Go home' }).click();
    await page.getByRole('heading', { name: 'Home' }).waitFor();
  });
});
