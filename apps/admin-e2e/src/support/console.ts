import { ControllerProcess, freePort, newDataDir, removeDataDir } from '@moolai/testing';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { launchBrowser } from './browser.js';

export const EMAIL = 'admin@moolai.local';
export const PASSWORD = 'the password of the tests';

/** A controller with its console, a simulated fleet, and a browser: the result of `npm start`. */
export class Console {
  private readonly contexts: BrowserContext[] = [];
  /** Errors in the browser's log, and failed requests. */
  readonly complaints: string[] = [];
  private readonly allowed: RegExp[] = [];

  private constructor(
    readonly controller: ControllerProcess,
    private readonly browser: Browser,
  ) {}

  static async start(env: Record<string, string> = {}): Promise<Console> {
    const controller = new ControllerProcess(await freePort(), newDataDir(), {
      SUPERADMIN_PASSWORD: PASSWORD,
      ...env,
    });
    const [browser] = await Promise.all([launchBrowser(), controller.untilHealthy()]);
    return new Console(controller, browser);
  }

  get url(): string {
    return `http://127.0.0.1:${this.controller.port}`;
  }

  /** A page in a new browser profile. */
  async open(path = '/', options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
    this.contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(45_000);
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText ?? '';
      // Leaving a page cancels its requests.
      if (reason !== 'net::ERR_ABORTED') this.complaints.push(`${request.url()} ${reason}`);
    });
    await page.goto(this.url + path);
    return page;
  }

  /** A page of a signed-in user. */
  async openSignedIn(path = '/', options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.open(path, options);
    await signIn(page);
    return page;
  }

  /** Allows such complaints until the pages are closed, because the browser reports them late. */
  allow(complaint: RegExp): void {
    this.allowed.push(complaint);
  }

  /** Closes every page; fails the test on unexpected complaints. */
  async closePages(): Promise<void> {
    await Promise.all(this.contexts.splice(0).map((context) => context.close()));
    const allowed = this.allowed.splice(0);
    const unexpected = this.complaints.splice(0).filter((text) => !allowed.some((one) => one.test(text)));
    expect(unexpected).toEqual([]);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    if (!this.controller.exit) {
      this.controller.signal('SIGTERM');
      await this.controller.untilExit();
    }
    removeDataDir(this.controller.dataDir);
  }
}

/** Signs in on the sign-in page. */
export async function signIn(page: Page, password = PASSWORD, email = EMAIL): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  if (password === PASSWORD || email !== EMAIL)
    await page.getByRole('heading', { name: 'Sign in' }).waitFor({ state: 'detached' });
}

/** The opened dialog, once the focus is in place: text typed earlier could end up in another field. */
export async function openedDialog(page: Page): Promise<Locator> {
  const dialog = page.getByRole('dialog');
  await dialog.locator(':focus').waitFor();
  return dialog;
}

/** Waits until a page has loaded. The live stream never ends, so the network is no indicator. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForFunction(() => document.querySelector('mc-skeleton') === null);
}
