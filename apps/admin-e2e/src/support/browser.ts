import chromium from '@sparticuz/chromium';
import { chromium as playwright, type Browser } from 'playwright-core';

/** Resolves to this machine. Unlike 127.0.0.1, a host name over plain HTTP has no `navigator.locks`. */
export const HOST_NAME = 'console.test';

/** Starts the Chromium from npm. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = process.env['MOOLAI_TEST_BROWSER'];
  if (!executablePath) throw new Error('no browser: the global set-up did not run');
  return playwright.launch({
    executablePath,
    // In a single process, closing one page would end the browser.
    args: [
      ...chromium.args.filter((argument) => argument !== '--single-process'),
      `--host-resolver-rules=MAP ${HOST_NAME} 127.0.0.1`,
    ],
    headless: true,
  });
}
