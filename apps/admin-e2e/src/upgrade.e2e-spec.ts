import { TestOrchestrator } from '@moolai/testing';
import { Console, settled } from './support/console.js';

const ID = 'gpu-7.fra.example.com';

describe('the URLs and the code of the console', () => {
  let site: Console;

  beforeAll(async () => {
    site = await Console.start({ DEMO_FLEET: '1' });
    const orchestrator = await TestOrchestrator.connect(`${site.url.replace('http', 'ws')}/ws`);
    await orchestrator.register(ID);
    await orchestrator.close();
  });

  afterEach(() => site.closePages());
  afterAll(() => site.stop());

  it.each([`/orchestrators/${ID}`, `/configuration/orchestrators/${ID}`])(
    'opens %s again after a reload',
    async (path) => {
      const page = await site.openSignedIn(path);
      await settled(page);
      const answer = await page.reload();
      expect(answer?.status()).toBe(200);
      await settled(page);
      await page.getByText(ID).first().waitFor();
      expect(new URL(page.url()).pathname).toBe(path);
    },
  );

  it('reload a tab from before an upgrade at the page of the link, and say why', async () => {
    const page = await site.openSignedIn('/');
    await settled(page);
    // An upgrade: the chunks of this tab are gone, and the page names others.
    let isUpgraded = true;
    await page.route('**/chunk-*.js', (route) =>
      isUpgraded ? route.fulfill({ status: 404, body: '' }) : route.continue(),
    );
    await page.route(`${site.url}/`, async (route) => {
      const body = (await (await fetch(site.url)).text()).replaceAll(/main-[\w-]+\.js/g, 'main-upgraded.js');
      return route.fulfill({ body, contentType: 'text/html' });
    });
    await page.route(`${site.url}/messages`, (route) => {
      isUpgraded = false;
      return route.continue();
    });
    await page.getByRole('link', { name: 'Messages', exact: true }).click();
    await page.getByText('The controller was upgraded, so this page was reloaded.').waitFor();
    await page.getByRole('heading', { name: 'Messages', level: 1 }).waitFor();
    expect(isUpgraded).toBe(false);
    // A page opened while its chunk was missing may log that too.
    site.allow(/404|dynamically imported module/);
  });

  it('open a link that failed while the network was down', async () => {
    const page = await site.openSignedIn('/');
    await settled(page);
    await page.context().setOffline(true);
    const link = page.getByRole('link', { name: 'Messages', exact: true });
    await link.click();
    await page.getByText('The page could not be loaded: the controller cannot be reached.').waitFor();
    await page.context().setOffline(false);
    await link.click();
    await page.getByRole('heading', { name: 'Messages', level: 1 }).waitFor();
    await page.getByText('The page could not be loaded').waitFor({ state: 'detached' });
    site.complaints.splice(0);
  });
});
