/**
 * The process of the API under `npm run dev`. Loading the packages takes longer than everything else, so the next
 * process loads them while the present one still serves. It loads the sources, and starts, when it is told to.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { compileFolder } from './run-sources.ts';

export type ApiCommand = 'load' | 'start';
export type ApiReport = 'loaded' | 'started';

const root = join(import.meta.dirname, '../..');
const SOURCES = ['apps/api/src', 'libs/contracts/src', 'libs/dtos/src'];

const { promise: mayLoad, resolve: load } = Promise.withResolvers<void>();
const { promise: mayStart, resolve: start } = Promise.withResolvers<void>();

process.on('message', (command: ApiCommand) => (command === 'load' ? load() : start()));
// When `npm run dev` has been killed, this process has to end too.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    if (!resolved.url.endsWith('/apps/api/src/app/console.ts')) return resolved;
    return { ...resolved, url: new URL('no-console.ts', import.meta.url).href };
  },
});

function report(what: ApiReport): void {
  if (process.connected) process.send?.(what);
}

async function loadPackages(): Promise<void> {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  // Nest's decorators expect it.
  await import('reflect-metadata');
  for (const name of Object.keys(dependencies)) {
    // If a package can't be imported, the source that needs it will say so.
    await import(name).catch(() => undefined);
  }
}

await loadPackages();
for (const folder of SOURCES) compileFolder(join(root, folder));
await mayLoad;
const { runController } = await import('../../apps/api/src/controller-process.ts');
report('loaded');
await mayStart;
await runController();
report('started');
