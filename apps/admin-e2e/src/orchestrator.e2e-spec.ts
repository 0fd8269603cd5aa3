import { Console, openedDialog } from './support/console.js';

describe('the page of an orchestrator', () => {
  let site: Console;

  beforeAll(async () => {
    site = await Console.start({ DEMO_FLEET: '2' });
  });

  afterEach(() => site.closePages());
  afterAll(() => site.stop());

  it('is found in the palette, with the keyboard only', async () => {
    const page = await site.openSignedIn('/');
    await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
    await page.keyboard.press('Control+k');
    await page.locator('[role=combobox]:focus').waitFor();
    await page.keyboard.type('orch-002');
    await page.getByRole('option', { name: /orch-002/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/orchestrators/orch-002');
    await page.getByRole('region', { name: 'Status' }).waitFor();
  });

  it('makes it independent with a reason and an end, and shows both in its history', async () => {
    const page = await site.openSignedIn('/orchestrators/orch-001');
    await page.getByRole('button', { name: 'Make independent…' }).click();
    const dialog = await openedDialog(page);
    await dialog.getByLabel('Reason').fill('New cooling');
    await dialog.getByLabel('Ends').selectOption('In 8 hours');
    await dialog.getByRole('button', { name: 'Make independent' }).click();
    await page.getByText('orch-001 is now independent').waitFor();
    const state = page.getByRole('region', { name: 'Status' });
    await state.getByText('(frozen)').waitFor();
    await page.getByRole('region', { name: 'Independence' }).getByText('New cooling').waitFor();
    await page.getByRole('region', { name: 'Independence' }).getByText('in 8 hours').waitFor();
    await page.getByRole('button', { name: 'Make managed' }).click();
    await page.getByText('orch-001 is managed again').waitFor();
    await state.getByText('Active').waitFor();
    await page
      .getByRole('navigation', { name: 'Sections of this orchestrator' })
      .getByRole('link', { name: 'Independence' })
      .click();
    const history = page.getByRole('list', { name: 'Periods of independence' });
    await history.getByText('New cooling').waitFor();
    await history.getByText('Was independent').waitFor();
  });

  it('draws its metrics, and shows them as a table', async () => {
    const page = await site.openSignedIn('/orchestrators/orch-001/metrics');
    await page.getByRole('img', { name: /Latest value .*, between/ }).waitFor({ timeout: 30_000 });
    await page.locator('canvas').waitFor();
    await page.getByRole('button', { name: 'Table' }).click();
    await page.getByRole('columnheader', { name: 'Average' }).waitFor();
  });

  it('reports an unknown id', async () => {
    const page = await site.openSignedIn('/orchestrators/nobody');
    await page.getByRole('alert').getByText('This does not exist').waitFor();
    await page.getByText(/Request id/).waitFor();
    site.allow(/404/);
  });

  it('can be created before it registers, and changed with secrets that are never shown', async () => {
    const page = await site.openSignedIn('/orchestrators');
    await page.getByRole('button', { name: 'Create an orchestrator' }).click();
    const dialog = await openedDialog(page);
    await dialog.getByLabel('Id', { exact: true }).fill('orch-new');
    await dialog.getByLabel('Name', { exact: true }).fill('Soon to come');
    await dialog.getByLabel('Labels').fill('region=eu\nno label');
    await dialog.getByLabel('Database URL').fill('postgres://user:hunter2@db/x');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await dialog.getByText('“no label” must have the form name=value').waitFor();
    await dialog.getByLabel('Labels').fill('region=eu');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: 'Soon to come', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'region=eu' }).waitFor();
    await page.getByText('It has never connected.').waitFor();
    await page.getByRole('button', { name: 'Change…' }).click();
    expect(await dialog.getByLabel('Database URL (set)', { exact: true }).inputValue()).toBe('');
    await dialog.getByLabel('Remove the database URL').check();
    await dialog.getByLabel('Environment variables', { exact: false }).first().fill('HF_TOKEN=hunter2');
    await dialog.getByLabel('Support e-mail address').fill('help@example.com');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('set: HF_TOKEN').waitFor();
    await page.getByText('help@example.com').waitFor();
    const about = page.getByRole('region', { name: 'About' });
    expect(await about.textContent()).not.toContain('hunter2');
  });

  it('is gone after it was decommissioned', async () => {
    const page = await site.openSignedIn('/orchestrators/orch-002');
    await page.getByRole('button', { name: 'Decommission…' }).click();
    const dialog = await openedDialog(page);
    await dialog.getByLabel('Type orch-002 to confirm').fill('orch-002');
    await dialog.getByRole('button', { name: 'Decommission' }).click();
    await page.getByRole('heading', { name: 'Orchestrators', level: 1 }).waitFor();
    // The event that it was disconnected can arrive before the one that it was deleted; then the page reads it again.
    site.allow(/404/);
  });
});
