import chromium from '@sparticuz/chromium';

/** Unpacks the browser once: two test files would otherwise write the same file at the same time. */
export default async function setUp() {
  process.env['MOOLAI_TEST_BROWSER'] = await chromium.executablePath();
}
