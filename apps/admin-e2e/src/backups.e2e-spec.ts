import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Console, settled } from './support/console.js';

describe('backups', () => {
  const folder = mkdtempSync(join(tmpdir(), 'moolai-backups-'));
  let site: Console;

  beforeAll(async () => {
    site = await Console.start({
      DEMO_FLEET: '1',
      BACKUP_DIR: folder,
      BACKUP_PASSPHRASE: 'a passphrase that is long enough',
    });
  });

  afterEach(() => site.closePages());
  afterAll(async () => {
    await site.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are started with a button, followed, and listed with their result', async () => {
    const page = await site.openSignedIn('/backups');
    await page.getByRole('heading', { name: 'No backups yet' }).waitFor();
    await page.getByRole('button', { name: 'Create the first backup' }).click();
    const row = page.getByRole('row', { name: /^moolai-backup-/ });
    await row.getByText('Verified', { exact: true }).waitFor();
    await page.getByText('A backup is in progress.').waitFor({ state: 'detached' });
    const name = (await row.locator('code').textContent()) ?? '';
    expect(readdirSync(folder)).toContain(name);
    expect(name.endsWith('.enc')).toBe(true);

    await page.reload();
    await settled(page);
    await row.getByText('Verified', { exact: true }).waitFor();
  });

  it('can be found in the palette', async () => {
    const page = await site.openSignedIn('/');
    await settled(page);
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('back');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Backups', level: 1 }).waitFor();
  });

  it('show why one failed', async () => {
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'no folder any more');
    const page = await site.openSignedIn('/backups');
    const problem = page.getByRole('alert').getByText('The last attempt failed');
    await problem.waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('ENOTDIR');
  });
});
