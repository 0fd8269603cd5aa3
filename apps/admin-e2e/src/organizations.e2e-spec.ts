import { Console, openedDialog } from './support/console.js';

describe('organizations', () => {
  let site: Console;

  beforeAll(async () => {
    site = await Console.start({ DEMO_FLEET: '6' });
  });

  afterEach(() => site.closePages());
  afterAll(() => site.stop());

  it('creates one, changes it, deactivates and reactivates it', async () => {
    const page = await site.openSignedIn('/organizations');
    await page.getByRole('button', { name: 'Create an organization' }).click();
    const dialog = await openedDialog(page);
    await dialog.getByLabel('Id', { exact: true }).fill('org-new');
    await dialog.getByLabel('Name', { exact: true }).fill('A new one');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: 'A new one', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Change…' }).click();
    await dialog.getByLabel('Administrator e-mail address').fill('ada@example.com');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('ada@example.com').waitFor();
    await page.getByRole('button', { name: 'Deactivate…' }).click();
    await dialog.getByLabel('Type org-new to confirm').fill('org-new');
    await dialog.getByRole('button', { name: 'Deactivate' }).click();
    await page.getByText('This organization is deactivated').waitFor();
    await page.getByRole('button', { name: 'Reactivate' }).click();
    await page.getByText('This organization is deactivated').waitFor({ state: 'detached' });
  });

  it('makes one independent with its existing orchestrators, and managed again', async () => {
    const page = await site.openSignedIn('/organizations/org-002');
    await page.getByRole('link', { name: 'Active 2' }).waitFor();
    await page.getByRole('button', { name: 'Make independent…' }).click();
    const dialog = await openedDialog(page);
    await dialog.getByText('currently managed: 2').waitFor();
    await dialog.getByLabel('Reason').fill('Moving house');
    await dialog.getByLabel('Also switch existing orchestrators').check();
    await dialog.getByRole('button', { name: 'Make independent' }).click();
    await page.getByText('org-002 is now independent; 2 orchestrators were switched.').waitFor();
    await page.getByRole('link', { name: 'Independent 2' }).click();
    await page.getByRole('row', { name: 'orch-002' }).getByText('(frozen)').waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Make managed…' }).click();
    await dialog.getByLabel('Also switch existing orchestrators').check();
    await dialog.getByRole('button', { name: 'Make managed' }).click();
    await page.getByRole('link', { name: 'Active 2' }).waitFor();
  });
});
