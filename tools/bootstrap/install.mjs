/**
 * Installs the dependencies when they are missing or older than the lock file. Runs before everything
 * else, so it uses nothing but Node (20 or newer) and npm.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');
const stamp = join(root, 'node_modules', '.moolai-installed');

const [major] = process.versions.node.split('.').map(Number);
if (major < 20) {
  process.stderr.write(`Node 20 or newer is needed; this is ${process.version}\n`);
  process.exit(1);
}

const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .update(`${process.platform}-${process.arch}`)
  .digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  process.stderr.write('Installing dependencies (a minute or two, once) …\n');
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.execPath, [npm]] : ['npm', []];
  // Engine warnings are about this Node; everything later runs on the one that is installed here.
  const result = spawnSync(command, [...args, 'ci', '--loglevel=error', '--no-progress'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    // An `npm test --ignore-scripts`-like setting of the outer call must not leave half an installation.
    env: { ...process.env, npm_config_ignore_scripts: 'false', NODE_ENV: 'development' },
  });
  if (result.status !== 0) {
    process.stderr.write('npm ci failed; see above.\n');
    process.exit(result.status ?? 1);
  }
  writeFileSync(stamp, wanted);
}
