import chromium from '@sparticuz/chromium';
import { chromium as playwright, type Browser } from 'playwright-core';

/** Starts the Chromium that came with npm. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = process.env['MOOLAI_TEST_BROWSER'];
  if (!executablePath) throw new Error('no browser: the global set-up did not run');
  return playwright.launch({
    executablePath,
    // In a single process, closing one page would end the browser.
    args: chromium.args.filter((argument) => argument !== '--single-process'),
    headless: true,
  });
}
