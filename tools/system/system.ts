/**
 * `npm run test:system [-- --install]`: what is shipped on programs that people really run it with: nginx and other
 * proxies, PostgreSQL 15, PgBouncer, Redis and Prometheus, as Debian packages them; and with a clock that is set, by
 * faketime.
 * The release before is run on today's schema too (`npm run upgrade-check`).
 * A package that is missing is named, and its tests are skipped. With `--install` apt-get installs them, which takes
 * root. A package that is missing then is a failure, so that CI never reports skipped tests as passed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { environment, nx, root } from '../nx.mjs';
import { build, STARTED } from '../start/build.mjs';
import { repeatFailed, reportUnstable } from '../test/repeat.ts';

/** Packages of Debian, and a program of each that shows that it is there; the tests look for the same ones. */
const PACKAGES: Record<string, string> = {
  'apache2-bin': '/usr/sbin/apache2',
  caddy: '/usr/bin/caddy',
  curl: '/usr/bin/curl',
  faketime: '/usr/bin/faketime',
  haproxy: '/usr/sbin/haproxy',
  jq: '/usr/bin/jq',
  nginx: '/usr/sbin/nginx',
  openssl: '/usr/bin/openssl',
  pgbouncer: '/usr/sbin/pgbouncer',
  'postgresql-15': '/usr/lib/postgresql/15/bin/postgres',
  prometheus: '/usr/bin/prometheus',
  'redis-server': '/usr/bin/redis-server',
};

/** The exit code of the upgrade check when git does not have the release before. */
const UPGRADE_SKIPPED = 3;

function missing(): string[] {
  return Object.entries(PACKAGES)
    .filter(([, program]) => !existsSync(program))
    .map(([name]) => name);
}

/** Gives why nothing was installed; undefined when apt-get says that it has done it. */
function install(names: string[]): string | undefined {
  if (process.getuid?.() !== 0) return 'only root may install them';
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '--yes', '--no-install-recommends', ...names]]) {
    const { error, status } = spawnSync('apt-get', ['--quiet', ...args], { env, stdio: 'inherit' });
    if (error) return 'there is no apt-get';
    if (status !== 0) return `apt-get ${args[0]} failed`;
  }
  return undefined;
}

const isAsked = process.argv.includes('--install');
let why = isAsked ? undefined : 'start with `npm run test:system -- --install` as root';
if (isAsked && missing().length > 0) why = install(missing());
const absent = missing();
for (const name of absent) {
  const reason = why ?? 'apt-get has installed something else';
  const word = isAsked ? 'MISSING' : 'SKIPPED';
  process.stdout.write(`${word}: what needs Debian's package "${name}": it is not installed (${reason})\n`);
}
if (isAsked && absent.length > 0) process.exit(1);

// As `npm start` does: the spec that runs it must find nothing to build beneath all others.
build(STARTED);
if (nx(['run-many', '-t', 'build', '-p', 'testing']) !== 0) process.exit(1);
const status = repeatFailed(
  (flags) =>
    spawnSync(
      'node',
      [
        '--experimental-vm-modules',
        '--disable-warning=ExperimentalWarning',
        'node_modules/jest/bin/jest.js',
        '-c',
        'apps/api-e2e/jest.system.config.js',
        ...flags,
      ],
      { cwd: root, stdio: 'inherit', env: environment },
    ).status ?? 1,
);
if (status !== 0) process.exit(1);
const upgrade = spawnSync('node', ['tools/upgrade/upgrade-check.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: environment,
});
// An archive of the sources, or a shallow clone, may not have the release before.
if (upgrade.status === UPGRADE_SKIPPED) absent.push('the release before');
else if (upgrade.status !== 0) process.exit(1);
reportUnstable();
process.stdout.write(absent.length > 0 ? `\nPassed, without ${absent.join(', ')}\n` : '\nAll passed\n');
