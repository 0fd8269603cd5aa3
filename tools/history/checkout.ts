import { execFileSync } from 'node:child_process';
import { root } from '../nx.mjs';

/** A remote that does not answer counts as none. */
const GIT_PATIENCE_MS = 30_000;

function git(...args: string[]): string {
  return execFileSync('git', args, {
    cwd: root,
    env: { ...process.env, GIT_TERMINAL_PROMPT: '0' },
    timeout: GIT_PATIENCE_MS,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

/** The full name of a commit; undefined if it is neither here nor at the remote. */
export function commitNamed(name: string): string | undefined {
  const look = (): string => git('rev-parse', '--verify', '--quiet', `${name}^{commit}`);
  try {
    return look();
  } catch {
    try {
      // Only a shallow clone lacks its own history, and a fetch like this makes any other one shallow.
      if (git('rev-parse', '--is-shallow-repository') !== 'true') return undefined;
      git('fetch', '--quiet', '--depth=1', 'origin', name);
      return look();
    } catch {
      return undefined;
    }
  }
}

/** Writes the sources of a commit into an empty folder, and installs the packages of its own lock file. */
export function checkOut(commit: string, dir: string): void {
  const archive = execFileSync('git', ['archive', '--format=tar', commit], {
    cwd: root,
    maxBuffer: 512 * 1024 ** 2,
  });
  execFileSync('tar', ['-x', '-C', dir], { input: archive });
  execFileSync('node', ['tools/bootstrap/install.mjs'], {
    cwd: dir,
    // `npm run` tells npm where its own workspace is; this one is another.
    env: { ...process.env, npm_config_local_prefix: dir },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}
