import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { Console, settled } from './support/console.js';

/** What the first visit may cost a phone on a slow line, compressed. */
const MOST_BYTES = 250_000;
const BUILD = new URL('../../admin/dist/browser/', import.meta.url).pathname;
/** Compressed already. */
const PACKED = /\.woff2$/;

describe('the first visit', () => {
  let site: Console;

  beforeAll(async () => {
    site = await Console.start({ DEMO_FLEET: '1' });
  });

  afterEach(() => site.closePages());
  afterAll(() => site.stop());

  it.each(['/sign-in', '/'])('takes at most 250 kB for %s, compressed', async (path) => {
    const page = path === '/' ? await site.openSignedIn('/') : await site.open(path);
    await settled(page);
    // What signing in took is not taken again by a visit.
    await page.reload();
    await settled(page);
    const paths = await page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname),
    );
    const files = [...new Set(['/index.html', ...paths])]
      .map((file) => join(BUILD, file))
      .filter((file) => existsSync(file));
    expect(files.filter((file) => file.endsWith('.js')).length).toBeGreaterThan(3);
    const sum = (compressed: (body: Buffer) => Buffer): number =>
      files.reduce((bytes, file) => {
        const body = readFileSync(file);
        return bytes + (PACKED.test(file) ? body : compressed(body)).length;
      }, 0);
    const sizes = { gzip: sum((body) => gzipSync(body)), brotli: sum((body) => brotliCompressSync(body)) };
    process.stderr.write(`${path}: ${JSON.stringify(sizes)}\n`);
    expect(Math.max(sizes.gzip, sizes.brotli)).toBeLessThanOrEqual(MOST_BYTES);
  });
});
