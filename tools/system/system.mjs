/**
 * `npm run test:system [-- --install]`: what is shipped on programs that people really run it with: nginx,
 * PostgreSQL 15 and Prometheus, as Debian packages them. `--install` has apt-get install what is missing, which
 * takes root. What is still missing then is named, and its tests are skipped.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { environment, nx, root } from '../nx.mjs';

/** Packages of Debian, and a program of each that shows that it is there. */
const PACKAGES = [
  { name: 'nginx', program: 'nginx' },
  { name: 'openssl', program: 'openssl' },
  { name: 'postgresql-15', program: '/usr/lib/postgresql/15/bin/postgres' },
  { name: 'prometheus', program: 'promtool' },
];

/** Programs of the system are not in everybody's path. */
const path = `${environment.PATH}${delimiter}/usr/sbin${delimiter}/sbin`;

function isThere({ program }) {
  if (program.startsWith('/')) return existsSync(program);
  return path.split(delimiter).some((dir) => isExecutable(join(dir, program)));
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // Not in this directory.
    return false;
  }
}

function missing() {
  return PACKAGES.filter((one) => !isThere(one)).map(({ name }) => name);
}

/** Gives why nothing was installed; undefined when apt-get has done it. */
function install(names) {
  if (process.getuid?.() !== 0) return 'only root may install them';
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '--yes', '--no-install-recommends', ...names]]) {
    const { error, status } = spawnSync('apt-get', ['--quiet', ...args], { env, stdio: 'inherit' });
    if (error) return 'there is no apt-get';
    if (status !== 0) return `apt-get ${args[0]} failed`;
  }
  return undefined;
}

function run(what, command, args) {
  process.stdout.write(`\n=== ${what}\n`);
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...environment, PATH: path },
  });
  process.stdout.write(`=== ${what}: ${status === 0 ? 'passed' : 'FAILED'}\n`);
  if (status !== 0) process.exit(1);
}

let why = 'start with `npm run test:system -- --install` as root';
if (process.argv.includes('--install') && missing().length > 0) why = install(missing()) ?? 'unexpected';
const absent = missing();
for (const name of absent) {
  process.stdout.write(`SKIPPED: what needs Debian's package "${name}", which is not installed (${why})\n`);
}

if (nx(['run-many', '-t', 'build', '-p', 'api', 'admin', 'testing', 'fleet-simulator']) !== 0)
  process.exit(1);
run('containers, nginx and PostgreSQL 15', 'node', [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
  '-c',
  'apps/api-e2e/jest.system.config.js',
]);
if (!absent.includes('prometheus')) {
  run('Prometheus', 'node', ['tools/system/observability/observability.mjs']);
}
process.stdout.write(absent.length > 0 ? `\nPassed, without ${absent.join(', ')}\n` : '\nAll passed\n');
