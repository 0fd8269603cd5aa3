import { spawn, type ChildProcess } from 'node:child_process';
import { TestOrchestrator } from '@moolai/testing';
import type { Page } from 'playwright-core';
import { Console, openedDialog } from './support/console.js';

const PATIENCE_MS = 120_000;

describe('a controller that requires credentials', () => {
  let site: Console;
  const shells: ChildProcess[] = [];

  beforeAll(async () => {
    // The first test starts without data and creates the organization that the others use.
    site = await Console.start({ DEMO_FLEET: '0', ORCHESTRATOR_AUTH: 'token' });
  });

  afterEach(async () => {
    for (const shell of shells.splice(0)) shell.kill();
    await site.closePages();
  });
  afterAll(() => site.stop());

  function connect(): Promise<TestOrchestrator> {
    return TestOrchestrator.connect(`${site.url.replace('http', 'ws')}/ws`);
  }

  /** Creates an enrolment token on the page, and reads it from the screen. */
  async function makeToken(page: Page, name: string): Promise<string> {
    await page.goto(`${site.url}/enrolment-tokens`);
    await page.getByRole('main').getByRole('button', { name: 'Create an enrolment token' }).click();
    const dialog = await openedDialog(page);
    await dialog.getByLabel('Name', { exact: true }).fill(name);
    await dialog.getByLabel('Maximum uses').fill('2');
    await dialog.getByRole('button', { name: 'Create' }).click();
    const token = await dialog.getByRole('region', { name: 'Enrolment token' }).textContent();
    await dialog.getByRole('button', { name: 'I have copied it' }).click();
    await dialog.waitFor({ state: 'detached' });
    return token ?? '';
  }

  /** Enrols an orchestrator and presents its credential. */
  async function enrol(id: string, token: string): Promise<TestOrchestrator> {
    const first = await connect();
    const { credential } = await first.register(id, { token, organization_id: 'org-001' });
    await first.close();
    const second = await connect();
    await second.register(id, { token: credential });
    return second;
  }

  async function runCommand(page: Page): Promise<void> {
    const command = await page
      .getByRole('region', { name: 'Command that connects an orchestrator' })
      .textContent();
    const path = `${process.execPath.replace(/\/node$/, '')}:${process.env['PATH']}`;
    shells.push(
      spawn('bash', ['-c', `exec ${command}`], { env: { ...process.env, PATH: path }, stdio: 'ignore' }),
    );
  }

  it(
    'shows why the first orchestrator was refused, and creates a token for it',
    async () => {
      const page = await site.openSignedIn('/connect');
      const panel = page.getByRole('status', { name: 'Waiting' });
      await panel.getByText('Waiting for my-orchestrator…').waitFor();
      await runCommand(page);
      await panel.getByText('This controller requires credentials').waitFor();
      await panel.getByText('Create or paste an enrolment token above').waitFor();
      await page.getByLabel('Enrolment token').fill('moe_wrong');
      await runCommand(page);
      await panel.getByText('There is no such enrolment token.').waitFor();
      await page.getByRole('button', { name: 'Create a token' }).click();
      await page.getByText('It admits one orchestrator, expires in 24 hours').waitFor();
      await runCommand(page);
      await panel.getByText('my-orchestrator is connected').waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'shows a token once, counts its uses live, and revokes it',
    async () => {
      const page = await site.openSignedIn('/enrolment-tokens');
      const token = await makeToken(page, 'Rollout');
      expect(token).toMatch(/^moe_/);
      expect(await page.getByText(token).count()).toBe(0);
      const row = page.getByRole('row', { name: 'Rollout' });
      await row.getByText('0 of 2').waitFor();
      await row.getByText('Usable').waitFor();
      const enrolled = await enrol('counted-1', token);
      await row.getByText('1 of 2').waitFor();
      await row.getByRole('button', { name: 'Revoke Rollout…' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
      await row.getByText('Revoked', { exact: true }).waitFor();
      await page.getByRole('group', { name: 'Status' }).getByRole('button', { name: 'Usable' }).click();
      await row.waitFor({ state: 'detached' });
      expect(new URL(page.url()).search).toBe('?state=usable');
      await enrolled.close();
    },
    PATIENCE_MS,
  );

  it(
    'rotates a credential, shows a quarantine everywhere, releases it, and revokes the credential',
    async () => {
      const page = await site.openSignedIn('/enrolment-tokens');
      const twin = await enrol('twin-1', await makeToken(page, 'For twins'));
      await page.goto(`${site.url}/orchestrators/twin-1/credentials`);
      await page.getByRole('region', { name: 'Credential' }).getByText('Valid').waitFor();
      await page.getByRole('button', { name: 'Rotate…' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click();
      await page.getByRole('region', { name: 'Credential' }).getByText('Rotation pending').waitFor();
      await site.controller.query(
        `UPDATE orchestrator_instances SET quarantined_at = now(), quarantine_reason = 'Two of it were seen.'
         WHERE orchestrator_id = 'twin-1'`,
      );
      await twin.untilClosed();
      await page.getByRole('region', { name: 'Quarantined' }).getByText('Two of it were seen.').waitFor();
      await page.goto(`${site.url}/`);
      await page.getByRole('link', { name: '1 orchestrator is quarantined and cannot register' }).click();
      await page.getByRole('row', { name: 'twin-1' }).getByText('Quarantined').waitFor();
      await page.getByRole('row', { name: 'twin-1' }).getByRole('link', { name: 'twin-1' }).first().click();
      await page.getByRole('link', { name: 'Credentials' }).click();
      await page.getByRole('button', { name: 'Release…' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Release' }).click();
      await page.getByRole('region', { name: 'Quarantined' }).waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Revoke…' }).click();
      await page.getByLabel('Type twin-1 to confirm').fill('twin-1');
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
      await page.getByRole('region', { name: 'Credential' }).getByText('Revoked').first().waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'reports that an id is taken when another machine uses it',
    async () => {
      const page = await site.openSignedIn('/enrolment-tokens');
      const owner = await enrol('owned-1', await makeToken(page, 'For the owner'));
      await owner.close();
      await page.goto(`${site.url}/connect?id=owned-1&organization_id=org-001`);
      const panel = page.getByRole('status', { name: 'Waiting' });
      await panel.getByText('Waiting for owned-1…').waitFor();
      const stranger = await connect();
      stranger.send({ type: 'register', orchestrator_id: 'owned-1' });
      await panel.getByText('Another orchestrator has enrolled with this id.').waitFor();
      await panel.getByRole('link', { name: 'Its credential' }).click();
      await page
        .getByRole('list', { name: 'Refused registrations' })
        .getByText('presented no valid one')
        .waitFor();
      await page.goto(`${site.url}/`);
      await page.getByRole('link', { name: /refused in the last hour/ }).waitFor();
    },
    PATIENCE_MS,
  );
});
