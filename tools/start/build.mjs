import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment, root } from '../nx.mjs';

/** What `npm start` runs. */
export const STARTED = ['api', 'admin', 'fleet-simulator'];

const SKIPPED = new Set(['dist', 'node_modules', '.angular']);
const SHARED_FILES = ['package-lock.json', 'tsconfig.base.json', 'nx.json'];

/** Names, sizes and times of everything that a build reads: far quicker to ask than Nx itself. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const file of SHARED_FILES) hash.update(readFileSync(join(root, file)));
  const visit = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      if (SKIPPED.has(entry.name)) continue;
      const child = join(path, entry.name);
      if (entry.isDirectory()) visit(child);
      else {
        const { size, mtimeMs } = statSync(child);
        hash.update(`${child}:${size}:${mtimeMs}\n`);
      }
    }
  };
  for (const folder of ['apps', 'libs']) visit(join(root, folder));
  return hash.digest('hex');
}

/**
 * Builds what `npm start` runs, unless nothing has changed since it was built. Ends the process on failure.
 * @param {string[]} projects
 */
export function build(projects) {
  const outputs = [
    ...projects.map((project) => join(root, 'apps', project, 'dist')),
    ...readdirSync(join(root, 'libs')).map((library) => join(root, 'libs', library, 'dist')),
  ];
  // Each set of projects has a stamp of its own: one that builds less must not speak for one that builds more.
  const stamp = join(root, '.nx', `built-${projects.join('-')}`);
  const wanted = fingerprint();
  if (outputs.every(existsSync) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  process.stderr.write('Building (half a minute, once) …\n');
  const result = spawnSync('nx', ['run-many', '-t', 'build', '-p', ...projects], {
    cwd: root,
    env: environment,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}\nThe build failed; see above.\n`);
    process.exit(1);
  }
  mkdirSync(join(root, '.nx'), { recursive: true });
  writeFileSync(stamp, wanted);
}
