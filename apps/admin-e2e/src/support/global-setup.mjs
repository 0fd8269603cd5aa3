import chromium from '@sparticuz/chromium';

/** Unpacks the browser once: two test files that both did would write the same file at once. */
export default async function setUp() {
  process.env['MOOLAI_TEST_BROWSER'] = await chromium.executablePath();
}
