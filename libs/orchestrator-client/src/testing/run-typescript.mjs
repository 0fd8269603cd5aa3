/**
 * `node --import <this file> child.ts` runs the library from its sources, as jest does, so that a test in a child
 * process does not depend on an outdated build.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

const CONTRACTS = new URL('../../../contracts/src/index.ts', import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === '@moolai/contracts') return { url: CONTRACTS, shortCircuit: true };
    if (specifier.startsWith('.') && context.parentURL?.endsWith('.ts'))
      return next(specifier.replace(/\.js$/, '.ts'), context);
    return next(specifier, context);
  },
  load(url, context, next) {
    if (!url.endsWith('.ts')) return next(url, context);
    const source = readFileSync(fileURLToPath(url), 'utf8');
    const { code } = transformSync(source, {
      filename: fileURLToPath(url),
      sourceMaps: 'inline',
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'es6' },
    });
    return { format: 'module', source: code, shortCircuit: true };
  },
});
