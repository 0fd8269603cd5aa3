import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isOutOfDescriptors } from '../process/file-descriptors.js';

/** True while a process with this pid exists, whichever user it belongs to. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The pid in the cluster's lock file, if it belongs to a running PostgreSQL of this cluster. */
export function runningPostmaster(clusterDir: string): number | undefined {
  const pid = lockedPid(clusterDir);
  return pid !== undefined && isAlive(pid) && isPostgresOf(pid, clusterDir) ? pid : undefined;
}

/** Removes a lock file whose pid now belongs to another program; PostgreSQL itself would refuse to start. */
export function forgetForeignLock(clusterDir: string): void {
  const pid = lockedPid(clusterDir);
  if (pid !== undefined && runningPostmaster(clusterDir) === undefined) {
    rmSync(join(clusterDir, 'postmaster.pid'), { force: true });
  }
}

function lockedPid(clusterDir: string): number | undefined {
  const file = join(clusterDir, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

/** After a power cut any program may have the stale pid; only /proc can tell. */
function isPostgresOf(pid: number, clusterDir: string): boolean {
  const commandLine = `/proc/${pid}/cmdline`;
  if (!existsSync('/proc/self/cmdline')) return true;
  try {
    return readFileSync(commandLine, 'utf8').split('\0').includes(clusterDir);
  } catch (error) {
    // The answer is unknown: treating it as "no" would start a second server on the same files.
    if (isOutOfDescriptors(error)) throw error;
    return false;
  }
}
