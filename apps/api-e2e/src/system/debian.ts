import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Debian's directory of PostgreSQL 15. */
export const POSTGRES_BIN = '/usr/lib/postgresql/15/bin';

const PROGRAMS = {
  'apache2-bin': '/usr/sbin/apache2',
  caddy: '/usr/bin/caddy',
  curl: '/usr/bin/curl',
  faketime: '/usr/bin/faketime',
  haproxy: '/usr/sbin/haproxy',
  jq: '/usr/bin/jq',
  nginx: '/usr/sbin/nginx',
  openssl: '/usr/bin/openssl',
  pgbouncer: '/usr/sbin/pgbouncer',
  'postgresql-15': `${POSTGRES_BIN}/postgres`,
  prometheus: '/usr/bin/prometheus',
  'redis-server': '/usr/bin/redis-server',
} as const;

type Package = keyof typeof PROGRAMS;

/** True if these Debian packages are installed. */
export function hasPackages(...packages: Package[]): boolean {
  return packages.every((name) => existsSync(PROGRAMS[name]));
}

/** `describe` if these packages are installed; otherwise the tests are skipped. */
export function describeWith(...packages: Package[]): jest.Describe {
  return hasPackages(...packages) ? describe : describe.skip;
}

/**
 * The command for running a program as a user who is not root: root switches to that user, others run it as themselves.
 */
export function asUser(user: string, command: string, args: string[]): [string, string[]] {
  if (process.getuid?.() !== 0) return [command, args];
  const options = [`--reuid=${user}`, '--clear-groups', '--no-new-privs', `--regid=${user}`];
  // The group of the user `nobody` has another name.
  if (user === 'nobody') options[3] = '--regid=nogroup';
  // Independent of the caller's PATH.
  return ['/usr/bin/setpriv', [...options, '--', command, ...args]];
}

/** Changes the owner of a path recursively, if the caller is root. */
export function giveTo(user: string, path: string): void {
  if (process.getuid?.() !== 0) return;
  const [uid = 0, gid = 0] = ['-u', '-g'].map((option) =>
    Number(execFileSync('id', [option, user], { encoding: 'utf8' })),
  );
  const below = statSync(path).isDirectory() ? readdirSync(path, { recursive: true, encoding: 'utf8' }) : [];
  for (const name of ['', ...below]) chownSync(join(path, name), uid, gid);
}
