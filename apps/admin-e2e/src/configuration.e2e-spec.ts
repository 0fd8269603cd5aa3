import type { Page } from 'playwright-core';
import { Console, openedDialog, settled } from './support/console.js';

const ORGANIZATION = '/configuration/organizations/org-002';

describe('the configuration', () => {
  let site: Console;

  beforeAll(async () => {
    site = await Console.start({ DEMO_FLEET: '6' });
  });

  afterEach(() => site.closePages());
  afterAll(() => site.stop());

  async function write(page: Page, editor: string, text: string): Promise<void> {
    await page.getByRole('textbox', { name: editor }).click();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.insertText(text);
  }

  const writeSettings = (page: Page, settings: object): Promise<void> =>
    write(page, 'Settings of the organization', JSON.stringify(settings));

  it("is checked against the fleet's schema, pushed if valid, and can be rolled back", async () => {
    const page = await site.openSignedIn('/configuration');
    await write(
      page,
      'Fleet defaults and schemas',
      JSON.stringify({
        defaults: { features: { max_tokens: 512 } },
        schemas: { features: { properties: { max_tokens: { type: 'integer', maximum: 4096 } } } },
      }),
    );
    await page.keyboard.press('ControlOrMeta+S');
    await page.getByText('Saved.', { exact: true }).waitFor();

    await page.getByRole('combobox', { name: 'An organization…' }).selectOption('org-002');
    await writeSettings(page, { features: { max_tokens: 9000 } });
    await page.getByText('features.max_tokens must be at most 4096').waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'The controller rejected the input' }).waitFor();
    // The browser itself logs the controller's refusal.
    site.allow(/400/);
    await writeSettings(page, { features: { max_tokens: 1024 } });
    await page.getByLabel('Comment for the history').fill('Longer answers');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/Pushed to \d of \d/).waitFor();

    await page.getByRole('link', { name: 'History' }).click();
    await page.getByText('Longer answers').waitFor();
    await writeOther(page);
    await page.getByRole('button', { name: /^Revision 2/ }).click();
    await page.getByText('2048').first().waitFor();
    await page.getByRole('button', { name: 'Roll back to 1' }).click();
    const dialog = await openedDialog(page);
    await dialog.getByLabel('Comment for the history').fill('Too expensive');
    await dialog.getByRole('button', { name: 'Roll back' }).click();
    await page.getByText(/Pushed to \d of \d/).waitFor();
    await page.getByRole('textbox', { name: 'Settings of the organization' }).getByText('1024').waitFor();
  });

  async function writeOther(page: Page): Promise<void> {
    await page.getByRole('link', { name: 'Edit', exact: true }).click();
    await writeSettings(page, { features: { max_tokens: 2048 } });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/Pushed to \d of \d/).waitFor();
    await page.getByRole('link', { name: 'History' }).click();
  }

  it("is never overwritten by a user who has not seen another one's change", async () => {
    const slow = await site.openSignedIn(ORGANIZATION);
    await settled(slow);
    await writeSettings(slow, { session_config: { timeout: 30 } });
    const quick = await site.openSignedIn(ORGANIZATION);
    await settled(quick);
    await writeSettings(quick, { privacy_mode: true });
    await quick.getByRole('button', { name: 'Save' }).click();
    await quick.getByText('Saved.', { exact: true }).waitFor();

    await slow.getByRole('heading', { name: 'Someone else changed this in the meantime' }).waitFor();
    await slow.getByRole('button', { name: 'Merge' }).click();
    const editor = slow.getByRole('textbox', { name: 'Settings of the organization' });
    await editor.getByText('privacy_mode').waitFor();
    await editor.getByText('timeout').waitFor();
    await slow.getByRole('button', { name: 'Save' }).click();
    await slow.getByText('Saved.', { exact: true }).waitFor();
  });

  it('of an orchestrator shows the source of each value, and the acknowledgement', async () => {
    const page = await site.openSignedIn('/configuration');
    await page.getByLabel('Orchestrator to configure').fill('orch-002');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Configuration of orch-002' }).waitFor();
    await write(page, "The orchestrator's own configuration", '{"features":{"beta":true}}');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/Version \d+ was pushed/).waitFor();
    await page.getByRole('region', { name: 'Delivery' }).getByText('Applied').waitFor();
    await page.getByRole('link', { name: 'Effective values' }).click();
    await page
      .getByRole('row', { name: /features\.beta/ })
      .getByText('Orchestrator')
      .waitFor();
    await page
      .getByRole('row', { name: /features\.max_tokens/ })
      .getByText('Whole fleet')
      .waitFor();
  });

  it('asks before typed text is lost', async () => {
    const page = await site.openSignedIn(ORGANIZATION);
    await settled(page);
    await writeSettings(page, { features: {} });
    await page.getByRole('link', { name: 'Home', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    expect(page.url()).toContain(ORGANIZATION);
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('link', { name: 'Home', exact: true }).click();
    await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
  });
});
