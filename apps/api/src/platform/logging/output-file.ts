import { constants, fstatSync, openSync, writev, writevSync } from 'node:fs';
import { isatty } from 'node:tty';

const STDOUT = 1;

/** Hears how a write ended, and how many bytes were taken. */
export type Written = (error: NodeJS.ErrnoException | null, bytes: number) => void;

/** An open file, pipe, socket or terminal that never makes the event loop wait. */
export interface OutputFile {
  /** Writes what it can of `parts`. `done` may be called before this returns. */
  write(parts: Buffer[], done: Written): void;
  /** Writes what it can before it returns. For the end of the process. */
  writeNow(parts: Buffer[]): number;
}

/** A disk always takes a write or refuses it, but may take its time: a thread of Node's waits for it. */
function diskFile(fd: number): OutputFile {
  return {
    write: (parts, done) => writev(fd, parts, done),
    writeNow: (parts) => writevSync(fd, parts),
  };
}

/**
 * A reader may stand still for ever. A thread that waits for it would never come back, and Node waits for its
 * threads when the process ends. This descriptor answers EAGAIN instead.
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

/** A descriptor of its own: the flag of the shared one belongs to all processes that write to it. */
function reopenNonBlocking(): number | undefined {
  const { O_WRONLY, O_APPEND, O_NONBLOCK, O_NOCTTY } = constants;
  try {
    return openSync(`/proc/self/fd/${STDOUT}`, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY);
  } catch {
    // A socket, a pipe of another user, or a system without /proc.
    return undefined;
  }
}

/** The standard output, whatever it is. */
export function openStandardOutput(): OutputFile {
  const stat = fstatSync(STDOUT);
  const isTerminal = isatty(STDOUT);
  if (!stat.isFIFO() && !stat.isSocket() && !isTerminal) return diskFile(STDOUT);
  const own = reopenNonBlocking();
  if (own !== undefined) return nonBlockingFile(own);
  if (isTerminal) return diskFile(STDOUT);
  // Node makes the descriptor of a pipe or a socket non-blocking when its stream is made.
  process.stdout.on('error', () => undefined);
  return nonBlockingFile(STDOUT);
}
