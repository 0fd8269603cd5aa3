import { TestOrchestrator } from '@moolai/testing';
import { Console } from './support/console.js';

describe('the live fleet', () => {
  let site: Console;

  beforeAll(async () => {
    site = await Console.start({ DEMO_FLEET: '6' });
  });

  afterEach(() => site.closePages());
  afterAll(() => site.stop());

  it('shows six orchestrators, active, with live counters', async () => {
    const page = await site.openSignedIn('/');
    await page.getByRole('link', { name: 'Connected 6 of 6' }).waitFor();
    await page.getByRole('link', { name: 'Active 6' }).waitFor();
    const newcomer = await TestOrchestrator.connect(`${site.url.replace('http', 'ws')}/ws`);
    await newcomer.register('a-newcomer', { name: 'Just arrived' });
    await page.getByRole('link', { name: 'Connected 7 of 7' }).waitFor();
    await page
      .getByRole('list', { name: 'Recent activity' })
      .getByRole('link', { name: 'a-newcomer' })
      .first()
      .waitFor();
    await newcomer.close();
    await page.getByRole('link', { name: 'Inactive 1' }).waitFor();
    await page.getByRole('link', { name: '1 orchestrator is inactive' }).waitFor();
  });

  it('reports a lost network, keeps its data, and catches up automatically', async () => {
    const page = await site.openSignedIn('/');
    await page.getByRole('link', { name: /^Connected \d of/ }).waitFor();
    await page.context().setOffline(true);
    await page.getByText('Reconnecting…').waitFor();
    // The ribbon does not cover the navigation: clicks reach it.
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link').first().click();
    const meanwhile = await TestOrchestrator.connect(`${site.url.replace('http', 'ws')}/ws`);
    await meanwhile.register('a-missed-one');
    await page.context().setOffline(false);
    await page.getByText('Reconnecting…').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'a-missed-one' }).first().waitFor();
    await meanwhile.close();
    site.allow(/ERR_INTERNET_DISCONNECTED/);
  });
});
