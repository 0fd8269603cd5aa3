import { TestOrchestrator } from '@moolai/testing';
import { Console } from './support/console.js';

describe('the live fleet', () => {
  let site: Console;

  beforeAll(async () => {
    site = await Console.start({ DEMO_FLEET: '6' });
  });

  afterEach(() => site.closePages());
  afterAll(() => site.stop());

  it('shows six orchestrators, active, with counters that move by themselves', async () => {
    const page = await site.openSignedIn('/');
    const table = page.getByRole('table', { name: 'Connected orchestrators' });
    for (let number = 1; number <= 6; number += 1) {
      const row = table.getByRole('row', { name: `orch-00${number}` });
      await row.getByText('Active').waitFor();
    }
    await page.getByRole('link', { name: 'Connected 6 of 6' }).waitFor();
    await page.getByRole('link', { name: 'Active 6' }).waitFor();
    const heartbeats = page.getByRole('region', { name: 'Heartbeats' }).getByRole('definition').first();
    const before = await heartbeats.textContent();
    await page.waitForFunction(([element, text]) => element?.textContent !== text, [
      await heartbeats.elementHandle(),
      before,
    ] as const);
  });

  it('shows a newcomer and its end without a reload', async () => {
    const page = await site.openSignedIn('/');
    const table = page.getByRole('table', { name: 'Connected orchestrators' });
    await table.getByRole('row', { name: 'orch-001' }).waitFor();
    const newcomer = await TestOrchestrator.connect(`${site.url.replace('http', 'ws')}/ws`);
    await newcomer.register('a-newcomer', { name: 'Just arrived' });
    const row = table.getByRole('row', { name: 'a-newcomer' });
    await row.getByText('Active').waitFor();
    await newcomer.close();
    await row.waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Inactive 1' }).click();
    const card = page.getByRole('article', { name: 'a-newcomer' });
    await card.getByText('It is not connected.').waitFor();
    await card.locator('mc-status-badge').getByText('Inactive').waitFor();
  });

  it('shows a broken connection as an error, in words and form as well as colour', async () => {
    const page = await site.openSignedIn('/organizations');
    const broken = await TestOrchestrator.connect(`${site.url.replace('http', 'ws')}/ws`);
    await broken.register('a-broken-one');
    broken.crash();
    const card = page.getByRole('article', { name: 'a-broken-one' });
    await card.getByText('Its connection broke').waitFor();
    const badge = card.locator('mc-status-badge');
    expect((await badge.textContent())?.replaceAll(/\s/g, '')).toBe('✖Error');
  });

  it('keeps search and status in the address', async () => {
    const page = await site.openSignedIn('/organizations');
    await page.getByRole('searchbox').fill('orch-003');
    await page.getByRole('article', { name: 'orch-001' }).waitFor({ state: 'detached' });
    await page.getByRole('article', { name: 'orch-003' }).waitFor();
    expect(page.url()).toContain('search=orch-003');
    await page
      .getByRole('group', { name: 'Filter by status' })
      .getByRole('button', { name: /Error/ })
      .click();
    await page.getByRole('heading', { name: 'No orchestrator matches' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByRole('article', { name: 'orch-001' }).waitFor();
  });

  it('says when the network is gone, keeps what it knew, and catches up by itself', async () => {
    const page = await site.openSignedIn('/organizations');
    await page.getByRole('article', { name: 'orch-001' }).waitFor();
    await page.context().setOffline(true);
    await page.getByText('Reconnecting…').waitFor();
    await page.getByRole('article', { name: 'orch-001' }).waitFor();
    const meanwhile = await TestOrchestrator.connect(`${site.url.replace('http', 'ws')}/ws`);
    await meanwhile.register('a-missed-one');
    await page.context().setOffline(false);
    await page.getByText('Reconnecting…').waitFor({ state: 'detached' });
    await page.getByRole('article', { name: 'a-missed-one' }).waitFor();
    await meanwhile.close();
    for (const complaint of site.complaints.splice(0))
      expect(complaint).toContain('ERR_INTERNET_DISCONNECTED');
  });
});
