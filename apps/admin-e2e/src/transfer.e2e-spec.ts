import { Console, settled } from './support/console.js';

/** Maximum size of the first visit, for a phone with a slow connection. */
const MOST_BYTES = 252_000;

describe('the first visit', () => {
  let site: Console;

  beforeAll(async () => {
    site = await Console.start({ DEMO_FLEET: '1' });
  });

  afterEach(() => site.closePages());
  afterAll(() => site.stop());

  it.each(['/sign-in', '/'])('transfers at most 252 kB for %s', async (path) => {
    const page = path === '/' ? await site.openSignedIn('/') : await site.open(path);
    await settled(page);
    // A visit does not load again what the sign-in loaded.
    await page.reload();
    await settled(page);
    const paths = await page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname),
    );
    const files = ['/', ...new Set(paths)].filter((file) => !/^\/(api|auth)\//.test(file));
    expect(files.filter((file) => file.endsWith('.js')).length).toBeGreaterThan(3);
    const sum = async (encoding: string): Promise<number> => {
      const sizes = files.map(async (file) => {
        const answer = await fetch(site.url + file, { headers: { 'accept-encoding': encoding } });
        return Number(answer.headers.get('content-length') ?? NaN);
      });
      return (await Promise.all(sizes)).reduce((bytes, size) => bytes + size, 0);
    };
    const sizes = { gzip: await sum('gzip'), brotli: await sum('br') };
    process.stderr.write(`${path}: ${JSON.stringify(sizes)}\n`);
    expect(sizes.brotli).toBeLessThan(sizes.gzip);
    expect(sizes.gzip).toBeLessThanOrEqual(MOST_BYTES);
  });

  it('is compressed and cached forever, and also works uncompressed', async () => {
    const html = await (await fetch(site.url)).text();
    const script = /src="(main-[\w-]+\.js)"/.exec(html)?.[1] ?? '';
    const get = (encoding: string): Promise<Response> =>
      fetch(`${site.url}/${script}`, { headers: { 'accept-encoding': encoding } });
    for (const [encoding, named] of [
      ['gzip, br', 'br'],
      ['gzip', 'gzip'],
      ['identity', null],
    ] as const) {
      const { status, headers } = await get(encoding);
      expect([status, headers.get('content-encoding')]).toEqual([200, named]);
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(headers.get('content-type')).toContain('javascript');
    }
    const page = await fetch(`${site.url}/organizations`, { headers: { 'accept-encoding': 'br' } });
    expect(page.headers.get('content-encoding')).toBe('br');
    expect(page.headers.get('cache-control')).toBe('no-cache');
  });
});
