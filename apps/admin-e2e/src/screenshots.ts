import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestOrchestrator } from '@moolai/testing';
import { Console, settled } from './support/console.js';
import { furnish } from './support/furnish.js';

const FOLDER = new URL('../../../docs/screenshots/', import.meta.url).pathname;

const PAGES = [
  { name: 'home', path: '/' },
  { name: 'orchestrators', path: '/orchestrators' },
  { name: 'selection', path: '/orchestrators?selected=orch-001,orch-003' },
  { name: 'orchestrator', path: '/orchestrators/orch-002' },
  { name: 'independence', path: '/orchestrators/orch-002/independence' },
  { name: 'orchestrator-messages', path: '/orchestrators/orch-001/messages' },
  { name: 'metrics', path: '/orchestrators/oslo-1/metrics' },
  { name: 'organizations', path: '/organizations' },
  { name: 'organization', path: '/organizations/org-002' },
  { name: 'activity', path: '/activity' },
  { name: 'connect', path: '/connect' },
  { name: 'configuration', path: '/configuration' },
  { name: 'effective-values', path: '/configuration/orchestrators/orch-002?view=effective' },
  { name: 'history', path: '/configuration/organizations/org-002?view=history&entry=2' },
  { name: 'messages', path: '/messages?direction=to_orchestrator' },
  { name: 'recommendations', path: '/recommendations' },
  { name: 'costs', path: '/costs' },
  { name: 'audit', path: '/audit' },
  { name: 'users', path: '/users' },
  { name: 'api-tokens', path: '/api-tokens' },
  { name: 'backups', path: '/backups' },
  { name: 'instances', path: '/instances' },
  { name: 'settings', path: '/settings' },
  { name: 'enrolment-tokens', path: '/enrolment-tokens' },
  { name: 'credentials', path: '/orchestrators/orch-009/credentials' },
];

describe('screenshots', () => {
  it('of every page in both themes and two widths', async () => {
    mkdirSync(FOLDER, { recursive: true });
    const backups = mkdtempSync(join(tmpdir(), 'moolai-backups-'));
    const site = await Console.start({
      DEMO_FLEET: '6',
      HEARTBEAT_INTERVAL_SEC: '10',
      HEARTBEAT_TTL_SEC: '180',
      BACKUP_DIR: backups,
      BACKUP_PASSPHRASE: 'the passphrase of the screenshots',
    });
    // One of each status, caused as in reality.
    const url = `${site.url.replace('http', 'ws')}/ws`;
    const broken = await TestOrchestrator.connect(url);
    await broken.register('orch-007', {
      organization_id: 'org-002',
      name: 'Oslo inference 1',
      version: '2.3.7',
    });
    broken.crash();
    const gone = await TestOrchestrator.connect(url);
    await gone.register('orch-008', {
      organization_id: 'org-003',
      name: 'Turin inference 1',
      version: '2.4.0',
    });
    await gone.close();
    const switcher = await site.openSignedIn('/orchestrators/orch-002');
    await switcher.getByRole('button', { name: 'Make independent…' }).click();
    await switcher.getByLabel('Reason').fill('New cooling in the rack');
    await switcher.getByLabel('Ends').selectOption('In 8 hours');
    await switcher.getByRole('dialog').getByRole('button', { name: 'Make independent' }).click();
    await switcher.getByText('orch-002 is now independent').waitFor();
    await furnish(site.url);

    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1440, 390]) {
        const options = { colorScheme, viewport: { width, height: width === 390 ? 844 : 900 } };
        const shot = (name: string): string => `${FOLDER}${name}-${colorScheme}-${width}.png`;
        const outside = await site.open('/sign-in', options);
        await outside.getByRole('heading', { name: 'Sign in' }).waitFor();
        await outside.screenshot({ path: shot('sign-in') });
        const page = await site.openSignedIn('/', options);
        for (const { name, path } of PAGES) {
          await page.goto(site.url + path);
          await settled(page);
          // A wide page is captured as the screen shows it; a narrow one in full.
          await page.screenshot({ path: shot(name), fullPage: width === 390 });
        }
      }
    }
    await site.closePages();
    await site.stop();
    rmSync(backups, { recursive: true });
  });
});
