import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A reason not to start that an operator can mend; shown as one line, without a stack. */
export class StartError extends Error {}

/** When a process started, in the kernel's ticks: a pid alone may belong to another program by now. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may contain spaces; field 22 of the whole is field 20 behind it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function isRunning(pid: number, startedAt: string | undefined): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return startedAt === undefined || startOf(pid) === undefined || startOf(pid) === startedAt;
}

/**
 * Makes the data directory and takes it for this process: two controllers on one embedded database
 * would stop it under each other. The lock of a killed controller does not count.
 *
 * @returns what gives it up
 * @throws StartError when it cannot be written, or another controller has it
 */
export function lockDataDir(dataDir: string): () => void {
  const file = join(dataDir, 'controller.pid');
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    if (existsSync(file)) {
      const [pid, startedAt] = readFileSync(file, 'utf8').trim().split(' ');
      if (Number(pid) !== process.pid && isRunning(Number(pid), startedAt)) {
        throw new StartError(
          `CONTROLLER_DATA_DIR ${dataDir} is in use by another controller (process ${pid})`,
        );
      }
    }
    writeFileSync(file, `${process.pid} ${startOf(process.pid) ?? ''}\n`, { mode: 0o600 });
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(
      `CONTROLLER_DATA_DIR ${dataDir} is not writable (${(error as NodeJS.ErrnoException).code})`,
    );
  }
  return () => rmSync(file, { force: true });
}
