import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '@moolai/testing';
import type { Locator, Page } from 'playwright-core';
import { Console } from './support/console.js';

describe('switching independence', () => {
  let site: Console;

  beforeAll(async () => {
    site = await Console.start({ DEMO_FLEET: '3' });
  });

  afterEach(() => site.closePages());
  afterAll(() => site.stop());

  function rowOf(page: Page, id: string): Locator {
    return page.getByRole('row', { name: id });
  }

  function toggle(page: Page, id: string): Locator {
    return page.getByRole('switch', { name: `Independence of ${id}` });
  }

  async function row(id: string): Promise<{ is_independent: boolean; last_seen: Date }> {
    const rows = await site.controller.query<{ is_independent: boolean; last_seen: Date }>(
      `SELECT is_independent, last_seen FROM orchestrator_instances WHERE orchestrator_id = '${id}'`,
    );
    const [first] = rows;
    if (!first) throw new Error(`no row of ${id}`);
    return first;
  }

  it('freezes last seen while heartbeats continue, in browser, database, files and log', async () => {
    const page = await site.openSignedIn('/orchestrators');
    await toggle(page, 'orch-001').click();
    await page.getByText('orch-001 is now independent. Its heartbeats are ignored.').waitFor();
    const badge = rowOf(page, 'orch-001').locator('mc-status-badge');
    await badge.getByText('Independent').waitFor();
    expect((await badge.textContent())?.replaceAll(/\s/g, '')).toBe('◆Independent');
    await rowOf(page, 'orch-001').getByText('(frozen)').waitFor();

    const frozen = (await row('orch-001')).last_seen;
    const shown = rowOf(page, 'orch-001').locator('time').first();
    await waitUntil('the browser shows the very moment', async () => {
      return (await shown.getAttribute('datetime')) === frozen.toISOString();
    });
    const ignored = '[C-OCS] Ignoring heartbeat from independent orchestrator orch-001';
    await waitUntil('three heartbeats were ignored', () => {
      return site.controller.output.split(ignored).length > 3;
    });
    const other = (await row('orch-002')).last_seen;
    await waitUntil('a batch has passed', async () => (await row('orch-002')).last_seen > other);
    await expect(row('orch-001')).resolves.toEqual({ is_independent: true, last_seen: frozen });
    const configDir = join(site.controller.dataDir, 'config');
    expect(readFileSync(join(configDir, '.env'), 'utf8')).toContain('ORCHESTRATOR_ORCH_001_INDEPENDENT=true');
    const file = JSON.parse(
      readFileSync(join(configDir, 'orchestrator_independence.json'), 'utf8'),
    ) as object;
    expect(file).toMatchObject({ orchestrators: { 'orch-001': { is_independent: true } } });

    await toggle(page, 'orch-001').click();
    await page.getByText('orch-001 is managed again. Its heartbeats are processed.').waitFor();
    await badge.getByText('Active').waitFor();
    await waitUntil('last seen moves again', async () => (await row('orch-001')).last_seen > frozen);
  });

  it('can be undone from the toast', async () => {
    const page = await site.openSignedIn('/orchestrators');
    await toggle(page, 'orch-002').click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('orch-002 is managed again. Its heartbeats are processed.').waitFor();
    await expect(row('orch-002')).resolves.toMatchObject({ is_independent: false });
  });

  it('works with the keyboard only', async () => {
    const page = await site.openSignedIn('/orchestrators');
    await toggle(page, 'orch-003').focus();
    await page.keyboard.press('Space');
    await page.getByText('orch-003 is now independent').waitFor();
    await page.keyboard.press('Space');
    await page.getByText('orch-003 is managed again').waitFor();
  });

  it('shows a switch made by SQL without a reload', async () => {
    const page = await site.openSignedIn('/orchestrators');
    await rowOf(page, 'orch-002').waitFor();
    await site.controller.query(
      `UPDATE orchestrator_instances SET is_independent = true WHERE orchestrator_id = 'orch-002'`,
    );
    await rowOf(page, 'orch-002').locator('mc-status-badge').getByText('Independent').waitFor();
    expect(await toggle(page, 'orch-002').isChecked()).toBe(true);
  });

  it('shows the previous state and the reason on failure', async () => {
    const page = await site.openSignedIn('/orchestrators');
    await rowOf(page, 'orch-003').waitFor();
    await site.controller.query(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no switching today'; END $$`,
    );
    await site.controller.query(
      `CREATE TRIGGER refuse BEFORE UPDATE OF is_independent ON orchestrator_instances
       FOR EACH ROW EXECUTE FUNCTION refuse()`,
    );
    await toggle(page, 'orch-003').click();
    await page.getByText('Independence of orch-003 could not be switched on').waitFor();
    await page.getByText(/Request id \S+/).waitFor();
    expect(await toggle(page, 'orch-003').isChecked()).toBe(false);
    await rowOf(page, 'orch-003').locator('mc-status-badge').getByText('Active').waitFor();
    await site.controller.query('DROP FUNCTION refuse CASCADE');
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.getByText('orch-003 is now independent').waitFor();
    site.allow(/500/);
  });
});
