/**
 * Lets Node run the TypeScript sources of the API, the simulator and the libraries, as in
 * `node --import ./tools/dev/run-sources.ts apps/fleet-simulator/src/main.ts`. Node's own type stripping
 * can't: the sources have decorators, and import each other by the names of the built files.
 *
 * The tests' compiler settings apply, so types are not checked here.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformSync, type Options } from '@swc/core';
import preset from '../../jest.preset.js';

const root = join(import.meta.dirname, '../..');
const libraryName = /^@moolai\/([a-z-]+)$/;
const [, compilerOptions] = preset.transform['^.+\\.ts$'] as [string, Options];

interface Compiled {
  modifiedMs: number;
  source: string;
}

const compiled = new Map<string, Compiled>();

function compile(file: string): string {
  const modifiedMs = statSync(file).mtimeMs;
  const known = compiled.get(file);
  if (known?.modifiedMs === modifiedMs) return known.source;
  const { code: source } = transformSync(readFileSync(file, 'utf8'), { ...compilerOptions, filename: file });
  compiled.set(file, { modifiedMs, source });
  return source;
}

/** Compiles every file of a folder in advance. A file that changes later is compiled again when it is loaded. */
export function compileFolder(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts') || entry.name.endsWith('.spec.ts')) continue;
    try {
      compile(join(entry.parentPath, entry.name));
    } catch {
      // A syntax error is reported when the file is loaded.
    }
  }
}

registerHooks({
  resolve(specifier, context, nextResolve) {
    const library = libraryName.exec(specifier)?.[1];
    if (library !== undefined) {
      const url = pathToFileURL(join(root, 'libs', library, 'src/index.ts')).href;
      return { url, shortCircuit: true };
    }
    if (specifier.startsWith('.') && specifier.endsWith('.js') && context.parentURL?.endsWith('.ts')) {
      const url = new URL(`${specifier.slice(0, -'.js'.length)}.ts`, context.parentURL);
      if (existsSync(url)) return { url: url.href, shortCircuit: true };
    }
    return nextResolve(specifier, context);
  },
  load(url, context, nextLoad) {
    if (!url.startsWith('file:') || !url.endsWith('.ts') || url.includes('/node_modules/'))
      return nextLoad(url, context);
    return { format: 'module', source: compile(fileURLToPath(url)), shortCircuit: true };
  },
});
