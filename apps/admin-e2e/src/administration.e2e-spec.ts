import { waitUntil } from '@moolai/testing';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { Console, openedDialog, settled } from './support/console.js';

const GRACE = { email: 'grace@example.com', password: 'a very long password' };

describe('administration', () => {
  let site: Console;

  beforeAll(async () => {
    site = await Console.start({ DEMO_FLEET: '1' });
  });

  afterEach(() => site.closePages());
  afterAll(() => site.stop());

  async function openAs({ email, password }: typeof GRACE, path: string): Promise<Page> {
    const page = await site.open(path);
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor({ state: 'detached' });
    return page;
  }

  it('lets a new user in, with the permissions of their role only', async () => {
    const page = await site.openSignedIn('/users');
    await page.getByRole('button', { name: 'Create a user' }).click();
    const dialog = await openedDialog(page);
    await dialog.getByLabel('E-mail address').fill(GRACE.email);
    await dialog.getByLabel('Name').fill('Grace Hopper');
    await dialog.getByLabel('Role').selectOption('viewer');
    await dialog.getByRole('checkbox').first().check();
    await dialog.getByLabel('Password').fill(GRACE.password);
    await dialog.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('row', { name: GRACE.email }).getByText('Viewer').waitFor();

    const hers = await openAs(GRACE, '/messages');
    await settled(hers);
    expect(await hers.getByRole('button', { name: 'Send a message' }).count()).toBe(0);
    expect(await hers.getByRole('link', { name: 'Users' }).count()).toBe(0);
    await hers.goto(`${site.url}/configuration/organizations/org-001`);
    await hers.getByText('You can view this but not change it.').waitFor();
    await hers.goto(`${site.url}/users`);
    await hers.getByRole('heading', { name: 'You do not have access to this page' }).waitFor();
  });

  it('ends the sessions of a deactivated user, and deletes by name', async () => {
    const hers = await openAs(GRACE, '/settings');
    await settled(hers);
    const page = await site.openSignedIn('/users');
    const row = page.getByRole('row', { name: GRACE.email });
    await page.getByRole('button', { name: `Actions for ${GRACE.email}` }).click();
    await page.getByRole('menuitem', { name: 'Deactivate…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click();
    await row.getByText('Deactivated').waitFor();
    await hers.goto(`${site.url}/settings`);
    await hers.getByRole('heading', { name: 'Sign in' }).waitFor();

    await page.getByRole('button', { name: `Actions for ${GRACE.email}` }).click();
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
    await page.getByLabel(`Type ${GRACE.email} to confirm`).fill(GRACE.email);
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await row.waitFor({ state: 'detached' });
    site.allow(/40[13]/);
  });

  it('shows a token once, which works until it is revoked', async () => {
    const page = await site.openSignedIn('/api-tokens');
    await page.getByRole('button', { name: 'Create the first API token' }).click();
    const dialog = await openedDialog(page);
    await dialog.getByLabel('Name').fill('Nightly report');
    await dialog.getByRole('checkbox').first().check();
    await dialog.getByRole('button', { name: 'Create' }).click();
    const token = (await dialog.locator('code').textContent()) ?? '';
    const call = (): Promise<number> =>
      fetch(`${site.url}/api/v1/controller/overview`, {
        headers: { Authorization: `Bearer ${token}` },
      }).then(({ status }) => status);
    expect(await call()).toBe(200);
    await dialog.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByRole('button', { name: 'Revoke Nightly report' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('row', { name: 'Nightly report' }).getByText('Revoked').waitFor();
    expect(await call()).toBe(403);
  });

  it('is completely in the audit log, which can be exported and verified', async () => {
    const page = await site.openSignedIn('/audit');
    await page.getByRole('combobox', { name: 'Action' }).selectOption('user.created');
    await page.getByRole('button', { name: 'User created' }).first().click();
    const panel = page.getByRole('region', { name: 'User created' });
    await panel.getByText(GRACE.email).first().waitFor();
    await panel.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: /^JSON lines/ }).click(),
    ]);
    expect(readFileSync(await download.path(), 'utf8')).toContain('user.created');
    await page.getByRole('button', { name: 'Verify the chain' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Verify', exact: true }).click();
    await page.getByText(/The chain is intact: \d+ entries/).waitFor();
  });

  it("of one's own account changes the password and ends another session", async () => {
    const other = await site.openSignedIn('/settings');
    await settled(other);
    const page = await site.openSignedIn('/settings');
    const sessions = page.getByRole('region', { name: 'Sessions' });
    const ends = sessions.getByRole('button', { name: /^End / });
    await ends.first().waitFor();
    const before = await ends.count();
    await ends.first().click();
    await waitUntil('one session less is listed', async () => (await ends.count()) < before);
    await page.getByLabel('Current password').fill('not my password');
    await page.getByLabel('New password').fill('a completely new one');
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByRole('region', { name: 'System status' }).getByText('Healthy').waitFor();
    site.allow(/401|403/);
  });
});
