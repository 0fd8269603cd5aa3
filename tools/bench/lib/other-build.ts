import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkOut, commitNamed } from '../../history/checkout.ts';
import { environment } from '../../nx.mjs';
import { temporaryDir } from './controller.ts';

/** A commit's controller, built apart. */
export interface OtherBuild {
  /** The abbreviated commit. */
  name: string;
  /** Its program. */
  main: string;
}

/**
 * Builds the controller of a commit in a temporary folder, with the packages of its own lock file.
 * @throws Error if git does not have the commit, or if it cannot be built
 */
export function buildOther(wanted: string): OtherBuild {
  const commit = commitNamed(wanted);
  if (commit === undefined) throw new Error(`git has no commit ${wanted}`);
  const dir = join(temporaryDir(), 'build');
  mkdirSync(dir);
  checkOut(commit, dir);
  const { status } = spawnSync('node_modules/.bin/nx', ['run', 'api:build'], {
    cwd: dir,
    env: { ...environment, PATH: `${join(dir, 'node_modules/.bin')}:${environment.PATH}` },
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new Error(`commit ${wanted} cannot be built; see above`);
  return { name: commit.slice(0, 7), main: join(dir, 'apps/api/dist/main.js') };
}
