import { globSync } from 'node:fs';

/** They run on Node 20, before the installation or as its first user; and jest's own configuration. */
const JAVASCRIPT = [/^bootstrap\//, /^start\//, /^nx\.mjs$/, /^jest\.config\.js$/];

describe('tools', () => {
  it('are TypeScript, except those that Node 20 can start', () => {
    const files = globSync('**/*.{js,mjs,cjs}', { cwd: import.meta.dirname });
    expect(files).toContain('bootstrap/install.mjs');
    expect(files.filter((file) => !JAVASCRIPT.some((pattern) => pattern.test(file)))).toEqual([]);
  });
});
