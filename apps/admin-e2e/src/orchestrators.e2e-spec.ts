import { TestOrchestrator } from '@moolai/testing';
import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { Console, openedDialog } from './support/console.js';

describe('the list of orchestrators', () => {
  let site: Console;

  beforeAll(async () => {
    // How long a lost connection counts as an error; a slow machine needs this time to check it.
    site = await Console.start({ DEMO_FLEET: '6', HEARTBEAT_TTL_SEC: '60' });
  });

  afterEach(() => site.closePages());
  afterAll(() => site.stop());

  function row(page: Page, id: string): Locator {
    return page.getByRole('row', { name: id });
  }

  function connect(): Promise<TestOrchestrator> {
    return TestOrchestrator.connect(`${site.url.replace('http', 'ws')}/ws`);
  }

  it('shows a lost connection as an error, by text and shape as well as colour', async () => {
    const page = await site.openSignedIn('/');
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Orchestrators', exact: true }).click();
    await row(page, 'orch-001').waitFor();
    const broken = await connect();
    await broken.register('a-broken-one');
    await page.getByRole('button', { name: '1 new' }).click();
    // An event about a row that is still loading would be lost.
    await row(page, 'a-broken-one').waitFor();
    broken.crash();
    await row(page, 'a-broken-one').getByText('Connection lost').waitFor();
    const badge = row(page, 'a-broken-one').locator('mc-status-badge');
    expect((await badge.textContent())?.replaceAll(/\s/g, '')).toBe('✖Error');
  });

  it('keeps search and status in the URL', async () => {
    const page = await site.openSignedIn('/orchestrators');
    await row(page, 'orch-001').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('orch-003');
    await row(page, 'orch-001').waitFor({ state: 'detached' });
    await row(page, 'orch-003').waitFor();
    expect(page.url()).toContain('search=orch-003');
    await page.getByRole('group', { name: 'Status' }).getByRole('button', { name: /Error/ }).click();
    await page.getByRole('heading', { name: 'No matching orchestrators' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Clear filters' }).last().click();
    await row(page, 'orch-001').waitFor();
  });

  it('makes fifty matching ones independent, with a preview and a result for each, and undoes it', async () => {
    const ids = Array.from({ length: 50 }, (_, index) => `rack-${String(index + 1).padStart(2, '0')}`);
    await Promise.all(ids.map(async (id) => (await connect()).register(id)));
    const page = await site.openSignedIn('/orchestrators?search=rack-');
    await page.getByLabel('Select rack-01').check();
    await page.getByLabel('Select rack-02').check();
    await page.getByText('2 selected').waitFor();
    await page.getByRole('button', { name: 'Select all 50 matches' }).click();
    expect(page.url()).toContain('selected=');
    await page.getByRole('button', { name: 'Make independent' }).click();
    const dialog = await openedDialog(page);
    await dialog.getByRole('heading', { name: 'Make independent: 50 orchestrators' }).waitFor();
    await dialog.getByLabel('Reason').fill('Rack maintenance');
    await dialog.getByLabel('Type 50 to confirm').fill('50');
    await dialog.getByRole('button', { name: 'Make independent' }).click();
    await dialog.getByText('50 made independent.').waitFor();
    await dialog.getByRole('listitem').filter({ hasText: 'rack-01' }).getByText('Done').waitFor();
    await page.locator('tr[aria-label=rack-01]').getByText('Independent').waitFor();
    const independent = await site.controller.query<{ count: string }>(
      `SELECT count(*) FROM orchestrator_instances WHERE orchestrator_id LIKE 'rack-%' AND is_independent`,
    );
    expect(independent).toEqual([{ count: '50' }]);
    await dialog.getByRole('button', { name: 'Undo' }).click();
    await dialog.getByText('50 switched back.').waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await row(page, 'rack-01').getByText('Active').waitFor();
    expect(page.url()).not.toContain('selected=');
  });

  it('exports all matching ones for a spreadsheet', async () => {
    const page = await site.openSignedIn('/orchestrators?search=orch-');
    await row(page, 'orch-001').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export CSV' }).click(),
    ]);
    const lines = readFileSync(await download.path(), 'utf8').split('\r\n');
    expect(lines).toHaveLength(8);
    expect(lines[1]).toMatch(/^orch-001,/);
  });

  it('keeps the chosen columns after a reload', async () => {
    const page = await site.openSignedIn('/orchestrators');
    await row(page, 'orch-001').waitFor();
    await page.getByRole('button', { name: 'View' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Heartbeat' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('columnheader', { name: 'Heartbeat' }).waitFor({ state: 'detached' });
    await page.reload();
    await row(page, 'orch-001').waitFor();
    expect(await page.getByRole('columnheader', { name: 'Heartbeat' }).count()).toBe(0);
  });
});
