import { constants, fstatSync, openSync, writev, writevSync } from 'node:fs';
import { isatty } from 'node:tty';

const STDOUT = 1;

/** Called when a write ends, with the number of bytes written. */
export type Written = (error: NodeJS.ErrnoException | null, bytes: number) => void;

/** An open file, pipe, socket or terminal that never blocks the event loop. */
export interface OutputFile {
  /** Writes as much of `parts` as possible. `done` may be called before this returns. */
  write(parts: Buffer[], done: Written): void;
  /** Writes as much as possible synchronously. For the end of the process. */
  writeNow(parts: Buffer[]): number;
}

/** A disk accepts or refuses a write, but may take long: one of Node's threads waits for it. */
function diskFile(fd: number): OutputFile {
  return {
    write: (parts, done) => writev(fd, parts, done),
    writeNow: (parts) => writevSync(fd, parts),
  };
}

/**
 * The reader of a pipe may stall forever. A thread waiting for it would never return, and Node waits for its threads
 * at the end of the process. This descriptor returns EAGAIN instead.
 */
function nonBlockingFile(fd: number): OutputFile {
  return {
    write: (parts, done) => {
      let taken: number;
      try {
        taken = writevSync(fd, parts);
      } catch (error) {
        done(error as NodeJS.ErrnoException, 0);
        return;
      }
      done(null, taken);
    },
    writeNow: (parts) => writevSync(fd, parts),
  };
}

/** Opens a separate descriptor, because the flag of the shared one affects all processes that write to it. */
function reopenNonBlocking(): number | undefined {
  const { O_WRONLY, O_APPEND, O_NONBLOCK, O_NOCTTY } = constants;
  try {
    return openSync(`/proc/self/fd/${STDOUT}`, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY);
  } catch {
    // A socket, a pipe of another user, or a system without /proc.
    return undefined;
  }
}

/** The standard output, of any kind. */
export function openStandardOutput(): OutputFile {
  const stat = fstatSync(STDOUT);
  const isTerminal = isatty(STDOUT);
  if (!stat.isFIFO() && !stat.isSocket() && !isTerminal) return diskFile(STDOUT);
  const own = reopenNonBlocking();
  if (own !== undefined) return nonBlockingFile(own);
  if (isTerminal) return diskFile(STDOUT);
  // Creating the stream makes the descriptor of a pipe or socket non-blocking.
  process.stdout.on('error', () => undefined);
  return nonBlockingFile(STDOUT);
}
