import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { freePort, waitUntil } from '@moolai/testing';
import { environment, root } from '../nx.mjs';

/** A build of the console takes half a minute on two cores that do other work too. */
const PATIENCE_MS = 240_000;
/** What a fresh clone does not have. */
const LEFT_OUT = ['.git', '.nx', '.data', '.angular', 'node_modules', 'dist', 'tmp'];

describe('npm run dev', () => {
  const copy = mkdtempSync(join(tmpdir(), 'moolai-dev-'));
  const inCopy = (file: string): string => join(copy, file);
  let output = '';
  let api: string;
  let webConsole: string;
  let dev: ChildProcess;

  function replaceIn(file: string, before: string, after: string): void {
    const text = readFileSync(inCopy(file), 'utf8');
    expect(text).toContain(before);
    writeFileSync(inCopy(file), text.replace(before, after));
  }

  /** The body of an address; empty while it does not answer. */
  async function bodyOf(url: string): Promise<string> {
    const response = await fetch(url).catch(() => undefined);
    return response?.ok ? response.text() : '';
  }

  beforeAll(async () => {
    cpSync(root, copy, {
      recursive: true,
      filter: (source) =>
        !relative(root, source)
          .split(sep)
          .some((part) => LEFT_OUT.includes(part)),
    });
    symlinkSync(join(root, 'node_modules'), inCopy('node_modules'));
    const [apiPort, consolePort] = [await freePort(), await freePort()];
    api = `http://127.0.0.1:${apiPort}`;
    webConsole = `http://127.0.0.1:${consolePort}`;
    dev = spawn('node', ['tools/dev/dev.ts'], {
      cwd: copy,
      env: {
        ...environment,
        // As on a contributor's machine: Angular caches nothing in CI.
        CI: undefined,
        CONTROLLER_PORT: String(apiPort),
        CONSOLE_PORT: String(consolePort),
        CONTROLLER_DATA_DIR: inCopy('.data'),
        DEMO_FLEET: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [dev.stdout, dev.stderr]) stream?.on('data', (data) => (output += String(data)));
    const runs = (): boolean => output.includes('is running from its sources');
    await waitUntil('it runs', () => runs() || dev.exitCode !== null, PATIENCE_MS).catch(() => false);
    if (!runs()) throw new Error(`it did not start; it printed ${output}`);
  }, 2 * PATIENCE_MS);

  afterAll(async () => {
    if (dev.exitCode === null) {
      dev.kill('SIGINT');
      await once(dev, 'exit');
    }
    rmSync(copy, { recursive: true, force: true });
  }, PATIENCE_MS);

  it('serves the console, and the API behind it, from the sources', async () => {
    expect(output).toContain(`Console      http://localhost:`);
    await expect(bodyOf(`${webConsole}/`)).resolves.toContain('<title>Moolai');
    await expect(bodyOf(`${webConsole}/api/docs-json`)).resolves.toContain('Moolai Controller');
  });

  it('shows a change to the API', async () => {
    replaceIn('apps/api/src/app/openapi.ts', `.setTitle('Moolai Controller')`, `.setTitle('Changed once')`);
    await waitUntil('the document has the new title', async () =>
      (await bodyOf(`${api}/api/docs-json`)).includes('Changed once'),
    );
  });

  it(
    'shows a change to the console',
    async () => {
      appendFileSync(inCopy('apps/admin/src/main.ts'), `console.debug('Changed twice');\n`);
      await waitUntil(
        'the script has the new line',
        async () => (await bodyOf(`${webConsole}/main.js`)).includes('Changed twice'),
        PATIENCE_MS,
      );
    },
    2 * PATIENCE_MS,
  );

  it('keeps the running API when a change cannot be loaded', async () => {
    replaceIn('apps/api/src/app/openapi.ts', 'import ', 'imprt ');
    await waitUntil('it says so', () =>
      output.includes('the API could not be loaded; the previous one keeps'),
    );
    await expect(bodyOf(`${api}/api/docs-json`)).resolves.toContain('Changed once');
  });

  it('ends everything with Ctrl-C', async () => {
    dev.kill('SIGINT');
    await waitUntil('it ends', () => dev.exitCode !== null);
    expect(dev.exitCode).toBe(0);
    await expect(fetch(`${api}/health`)).rejects.toThrow();
    await expect(fetch(`${webConsole}/`)).rejects.toThrow();
  });
});
