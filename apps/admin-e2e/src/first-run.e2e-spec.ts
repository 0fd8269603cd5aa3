import { spawn } from 'node:child_process';
import { Console } from './support/console.js';

describe('a controller without orchestrators', () => {
  let site: Console;

  beforeAll(async () => {
    site = await Console.start({ DEMO_FLEET: '0' });
  });

  afterEach(() => site.closePages());
  afterAll(() => site.stop());

  it.each(['/', '/organizations'])('says on %s how to connect the first one', async (path) => {
    const page = await site.openSignedIn(path);
    await page.getByRole('heading', { name: 'No orchestrators yet' }).waitFor();
  });

  it('shows a command that connects one when it is run as it stands there', async () => {
    const page = await site.openSignedIn('/');
    const command = await page.getByLabel('Command that connects an orchestrator').textContent();
    expect(command).toContain(site.url.replace('http', 'ws'));
    const shell = spawn('bash', ['-c', `exec ${command}`], {
      env: { ...process.env, PATH: `${process.execPath.replace(/\/node$/, '')}:${process.env['PATH']}` },
      stdio: 'ignore',
    });
    const row = page
      .getByRole('table', { name: 'Connected orchestrators' })
      .getByRole('row', { name: 'orch-001' });
    await row.getByText('Active').waitFor();
    shell.kill();
    await row.waitFor({ state: 'detached' });
  });
});
