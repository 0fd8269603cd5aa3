import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ControllerProcess,
  freePort,
  newDataDir,
  TestOrchestrator,
  type TestServer,
  waitUntil,
} from '@moolai/testing';
import { Console, settled } from './support/console.js';

const ENCRYPTION_KEY = Buffer.alloc(32, 7).toString('base64');

describe('the only controller', () => {
  let site: Console;

  beforeAll(async () => {
    site = await Console.start({ DEMO_FLEET: '1', INSTANCE_ID: 'alone' });
  });

  afterEach(() => site.closePages());
  afterAll(() => site.stop());

  it('is listed, with what it takes to run several; the key "i" after "g" opens the page', async () => {
    const page = await site.openSignedIn('/');
    await settled(page);
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await page.getByRole('heading', { name: 'Instances', level: 1 }).waitFor();
    await page.getByRole('row', { name: 'alone' }).getByText('Scheduler').waitFor();
    expect(await page.getByRole('note').textContent()).toContain('REDIS_URL');
  });

  it('shows connections as they come, without a reload', async () => {
    const page = await site.openSignedIn('/instances');
    const row = page.getByRole('row', { name: 'alone' });
    await row.getByRole('cell').nth(6).getByText('1', { exact: true }).waitFor();
    const orchestrator = await TestOrchestrator.connect(`${site.url.replace('http', 'ws')}/ws`);
    await orchestrator.register('ins-1');
    await row.getByRole('cell').nth(6).getByText('2', { exact: true }).waitFor();
    orchestrator.socket.close();
  });
});

describe('several controllers', () => {
  let site: Console;
  let other: ControllerProcess;

  beforeAll(async () => {
    // Redis is away all the time: what is shown comes from the database.
    const redisUrl = `redis://127.0.0.1:${await freePort()}`;
    const CONTROLLER_ENCRYPTION_KEY = ENCRYPTION_KEY;
    site = await Console.start({
      DEMO_FLEET: '0',
      INSTANCE_ID: 'one',
      REDIS_URL: redisUrl,
      CONTROLLER_ENCRYPTION_KEY,
    });
    const file = join(site.controller.dataDir, 'database.json');
    const { host, port, user, password, database } = JSON.parse(readFileSync(file, 'utf8')) as TestServer;
    other = new ControllerProcess(await freePort(), newDataDir(), {
      DATABASE_HOST: host,
      DATABASE_PORT: String(port),
      DATABASE_USER: user,
      DATABASE_PASSWORD: password,
      DATABASE_NAME: database,
      INSTANCE_ID: 'two',
      REDIS_URL: redisUrl,
      CONTROLLER_ENCRYPTION_KEY,
    });
    await other.untilHealthy();
  });

  afterEach(() => site.closePages());

  afterAll(async () => {
    ControllerProcess.killLeftovers();
    await site.stop();
  });

  it('are all listed, and a Redis that is away is reported until the notice is closed', async () => {
    await waitUntil('one has seen two', async () => {
      return (await site.controller.api.listInstances()).length === 2;
    });
    const page = await site.openSignedIn('/instances');
    await page.getByRole('row', { name: 'two' }).getByText('Up', { exact: true }).waitFor();
    const notice = page.getByText('Redis does not answer.');
    await notice.waitFor();
    await page.getByRole('button', { name: 'Close the notice about Redis' }).click();
    await notice.waitFor({ state: 'detached' });
    await page.reload();
    await page.getByRole('row', { name: 'two' }).waitFor();
    expect(await notice.count()).toBe(0);
  });

  it('report one that is killed, on every page', async () => {
    const page = await site.openSignedIn('/organizations');
    await settled(page);
    other.signal('SIGKILL');
    await page.getByText('The controller two is lost.').waitFor();
    await page.getByRole('link', { name: 'Show the instances' }).click();
    await page.getByRole('row', { name: 'two' }).getByText('Lost', { exact: true }).waitFor();
  });
});
