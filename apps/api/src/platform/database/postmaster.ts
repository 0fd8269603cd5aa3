import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isOutOfDescriptors } from '../process/file-descriptors.js';

/** True while there is a process with this pid, whoever it belongs to. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The pid in the cluster's lock file, when it belongs to a live PostgreSQL of this very cluster. */
export function runningPostmaster(clusterDir: string): number | undefined {
  const pid = lockedPid(clusterDir);
  return pid !== undefined && isAlive(pid) && isPostgresOf(pid, clusterDir) ? pid : undefined;
}

/** Removes a lock file whose pid was taken over by another program: PostgreSQL itself would refuse to start. */
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

/** After a power cut the stale pid may belong to any program by now; only /proc can tell. */
function isPostgresOf(pid: number, clusterDir: string): boolean {
  const commandLine = `/proc/${pid}/cmdline`;
  if (!existsSync('/proc/self/cmdline')) return true;
  try {
    return readFileSync(commandLine, 'utf8').split('\0').includes(clusterDir);
  } catch (error) {
    // Nothing is known then; taken for a no, a second server would be started on the same files.
    if (isOutOfDescriptors(error)) throw error;
    return false;
  }
}
