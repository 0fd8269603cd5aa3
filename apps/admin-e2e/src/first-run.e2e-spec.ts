import { spawn } from 'node:child_process';
import { TestOrchestrator } from '@moolai/testing';
import { Console } from './support/console.js';

describe('a controller without orchestrators', () => {
  let site: Console;

  beforeAll(async () => {
    site = await Console.start({ DEMO_FLEET: '0' });
  });

  afterEach(() => site.closePages());
  afterAll(() => site.stop());

  it.each(['/', '/orchestrators'])('leads from %s to the instructions for the first one', async (path) => {
    const page = await site.openSignedIn(path);
    await page.getByRole('heading', { name: 'No orchestrators yet' }).waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Connect the first orchestrator' }).click();
    await page.getByRole('heading', { name: 'Connect an orchestrator', level: 1 }).waitFor();
  });

  it('shows a command that connects one when run unchanged, and turns green', async () => {
    const page = await site.openSignedIn('/connect');
    const panel = page.getByRole('status', { name: 'Waiting' });
    await panel.getByText('Waiting for my-orchestrator…').waitFor();
    const command = await page
      .getByRole('region', { name: 'Command that connects an orchestrator' })
      .textContent();
    expect(command).toContain(site.url.replace('http', 'ws'));
    const shell = spawn('bash', ['-c', `exec ${command}`], {
      env: { ...process.env, PATH: `${process.execPath.replace(/\/node$/, '')}:${process.env['PATH']}` },
      stdio: 'ignore',
    });
    await panel.getByText('my-orchestrator is connected').waitFor();
    expect(await panel.getAttribute('data-tone')).toBe('good');
    await panel.getByRole('link', { name: 'Open the orchestrator' }).click();
    await page.getByRole('heading', { name: 'my-orchestrator', level: 1 }).waitFor();
    await page.getByText('Applied', { exact: true }).waitFor();
    shell.kill();
    await page.getByText('It has no open connection.').waitFor();
  });

  it('shows why one is refused', async () => {
    const page = await site.openSignedIn('/connect');
    const url = `${site.url.replace('http', 'ws')}/ws`;
    const first = await TestOrchestrator.connect(url);
    await first.register('a-member', { organization_id: 'org-009' });
    await first.close();
    await page.getByLabel('Id', { exact: true }).fill('a-member');
    await page.getByText('a-member belongs to org-009').waitFor();
  });
});
