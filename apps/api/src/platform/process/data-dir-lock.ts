import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A reason not to start that an operator can fix; shown as one line, without a stack. */
export class StartError extends Error {}

/** Another controller uses the data directory. */
export class DataDirInUseError extends StartError {}

/** The kernel's data about a process; undefined without /proc, or without such a process. */
function statOf(pid: number): { isDead: boolean; startedAt: string | undefined } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may contain spaces; fields 3 (state) and 22 (start time) follow it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { isDead: fields[0] === 'Z' || fields[0] === 'X', startedAt: fields[19] };
  } catch {
    return undefined;
  }
}

/** A pid alone may belong to another program by now, and a zombie runs nothing. */
function isRunning(pid: number, startedAt: string | undefined): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const stat = statOf(pid);
  if (!stat) return true;
  return !stat.isDead && (startedAt === undefined || stat.startedAt === startedAt);
}

/** Creates the lock file; false if it already exists. */
function acquireLock(file: string): boolean {
  try {
    writeFileSync(file, `${process.pid} ${statOf(process.pid)?.startedAt ?? ''}\n`, {
      mode: 0o600,
      flag: 'wx',
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Creates the data directory and locks it for this process: two controllers on one embedded database would stop it
 * under each other. The lock of a killed controller is ignored.
 *
 * @returns a function that releases the lock
 * @throws StartError if it cannot be written, or another controller holds it
 */
export function lockDataDir(dataDir: string): () => void {
  const file = join(dataDir, 'controller.pid');
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    while (!acquireLock(file)) {
      const [pid, startedAt] = readFileSync(file, 'utf8').trim().split(' ');
      if (Number(pid) !== process.pid && isRunning(Number(pid), startedAt)) {
        throw new DataDirInUseError(
          `CONTROLLER_DATA_DIR ${dataDir} is in use by another controller (process ${pid})`,
        );
      }
      rmSync(file, { force: true });
    }
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(
      `CONTROLLER_DATA_DIR ${dataDir} is not writable (${(error as NodeJS.ErrnoException).code})`,
    );
  }
  return () => rmSync(file, { force: true });
}
