import { TestOrchestrator } from '@moolai/testing';
import { Console, openedDialog, settled } from './support/console.js';

describe('messages', () => {
  let site: Console;

  beforeAll(async () => {
    site = await Console.start({ DEMO_FLEET: '0' });
  });

  afterEach(() => site.closePages());
  afterAll(() => site.stop());

  async function connect(id: string): Promise<TestOrchestrator> {
    const orchestrator = await TestOrchestrator.connect(`${site.url.replace('http', 'ws')}/ws`);
    await orchestrator.register(id);
    return orchestrator;
  }

  it('wait for a disconnected orchestrator, and are delivered while the page is open', async () => {
    await (await connect('oslo-1')).close();
    const page = await site.openSignedIn('/messages');
    await page.getByRole('heading', { name: 'No messages yet' }).waitFor();
    await page.getByRole('button', { name: 'Send the first message' }).click();
    const dialog = await openedDialog(page);
    await dialog.getByLabel('Orchestrator id').fill('oslo-1');
    await dialog.getByLabel('Type').fill('cache.flush');
    await dialog.getByRole('textbox', { name: 'Content' }).click();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.insertText('{"scope": ');
    await dialog.getByText(/Invalid JSON/).waitFor();
    expect(await dialog.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true);
    await page.keyboard.insertText('"all"}');
    await dialog.getByLabel('Expires').selectOption({ label: 'In 1 hour' });
    await dialog.getByRole('button', { name: 'Send' }).click();

    const panel = page.getByRole('region', { name: /^Message \d+$/ });
    await panel.getByText('It is waiting for the orchestrator to connect.').waitFor();
    await panel.getByText('"scope": "all"').waitFor();
    const row = page.getByRole('row', { name: /^Message / });
    await row.getByText('Pending').waitFor();

    const orchestrator = await connect('oslo-1');
    await row.getByText('Sent', { exact: true }).waitFor();
    await panel.getByText('Sent', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    await orchestrator.close();
  });

  it('are cancelled before they are sent, and found by status', async () => {
    const page = await site.openSignedIn('/messages?status=pending');
    await page.getByRole('heading', { name: 'No matching messages' }).waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).last().click();
    await page.getByRole('button', { name: 'Send a message' }).click();
    const dialog = await openedDialog(page);
    await dialog.getByLabel('Orchestrator id').fill('oslo-1');
    await dialog.getByLabel('Type').fill('model.reload');
    await dialog.getByRole('button', { name: 'Send' }).click();
    await page.getByRole('button', { name: 'Cancel the message' }).click();
    await page.getByText('A user cancelled it before it was sent.').waitFor();
    await page
      .getByRole('region', { name: /^Message/ })
      .getByRole('button', { name: 'Close' })
      .click();
    await page.getByRole('combobox', { name: 'Status' }).selectOption('cancelled');
    await page
      .getByRole('row', { name: /^Message / })
      .getByText('model.reload')
      .waitFor();
    expect(page.url()).toContain('status=cancelled');
  });

  it('are cancelled in bulk, including those on other pages', async () => {
    const send = (): Promise<Response> =>
      fetch(`${site.url}/api/v1/internal/orchestrators/oslo-1/messages`, {
        method: 'POST',
        headers: { authorization: 'Bearer fake-dev-token', 'content-type': 'application/json' },
        body: JSON.stringify({ message_type: 'index.rebuild', message_content: {} }),
      });
    const answers = await Promise.all(Array.from({ length: 60 }, send));
    expect(answers.every(({ status }) => status === 201)).toBe(true);
    const page = await site.openSignedIn('/messages?status=pending&message_type=index.rebuild');
    await page.getByLabel('Select all pending messages on this page').check();
    await page.getByText('50 selected').waitFor();
    await page.getByRole('button', { name: 'Select all 60 matches' }).click();
    await page.getByRole('button', { name: 'Cancel messages' }).click();
    const dialog = await openedDialog(page);
    await dialog.getByLabel('Type 60 to confirm').fill('60');
    await dialog.getByRole('button', { name: 'Cancel messages' }).click();
    await dialog.getByText('60 cancelled.').waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('heading', { name: 'No matching messages' }).waitFor();
    expect(new URL(page.url()).searchParams.has('marked')).toBe(false);
  });

  it('include recommendations, which are acknowledged and dismissed', async () => {
    const page = await site.openSignedIn('/recommendations');
    await page.getByRole('heading', { name: 'No recommendations' }).waitFor();
    const orchestrator = await connect('turin-1');
    for (const reason of ['The queue grows.', 'The cache is empty.', 'A model is never used.']) {
      orchestrator.send({
        type: 'recommendation',
        orchestrator_id: 'turin-1',
        recommendation: { action: 'tune', reason },
      });
    }
    const group = page.getByRole('region', { name: 'turin-1' });
    await group.getByText('A model is never used.').waitFor();
    await group.getByRole('listitem').filter({ hasText: 'queue' }).getByText('Acknowledge').click();
    await page.getByText('1 acknowledged.').waitFor();
    await page.getByLabel('Select all of turin-1').check();
    await page.getByRole('button', { name: 'Dismiss selected' }).click();
    await page.getByRole('heading', { name: 'No recommendations' }).waitFor();
    await page.getByRole('button', { name: 'Dismissed' }).click();
    await group.getByText('The cache is empty.').waitFor();
    await settled(page);
    await orchestrator.close();
  });
});
