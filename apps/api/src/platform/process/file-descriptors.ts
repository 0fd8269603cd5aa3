import { readdirSync, readFileSync } from 'node:fs';
import type { Server } from 'node:net';
import type { Logger } from '../logging/logger.js';

/** Descriptors reserved for the database, child processes, files and the log. */
const RESERVED = 64;
/** Minimum even with very few descriptors, so that the problem can be seen. */
const MIN_CONNECTIONS = 16;
/** Refused connections are logged at most once in this time. */
const COMPLAINT_PAUSE_MS = 60_000;

/** Maximum number of open files of this process; undefined if the system does not report it. */
export function descriptorLimit(): number | undefined {
  const limits = read(() => readFileSync('/proc/self/limits', 'utf8'));
  const limit = /^Max open files +(\d+)/m.exec(limits ?? '')?.[1];
  return limit === undefined ? undefined : Number(limit);
}

/** Number of open files; undefined if the system does not report it. */
export function openDescriptors(): number | undefined {
  // Reading the directory uses one, too.
  const names = read(() => readdirSync('/proc/self/fd'));
  return names && names.length - 1;
}

/** True for an error that means this process, or the machine, has no file descriptor left. */
export function isOutOfDescriptors(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === 'EMFILE' || code === 'ENFILE';
}

/**
 * Limits a server's connections, each of which needs a descriptor, so that the database and the files always get
 * theirs.
 */
export function capConnections(server: Server, logger: Logger): void {
  const limit = descriptorLimit();
  if (limit === undefined) return;
  const maxConnections = Math.max(MIN_CONNECTIONS, limit - RESERVED - (openDescriptors() ?? 0));
  server.maxConnections = maxConnections;
  let lastMs = -Infinity;
  server.on('drop', () => {
    const nowMs = performance.now();
    if (nowMs - lastMs < COMPLAINT_PAUSE_MS) return;
    lastMs = nowMs;
    logger.warn(
      { max_connections: maxConnections, max_open_files: limit },
      'connections are refused: there are as many as the limit of open files allows (ulimit -n)',
    );
  });
}

/** Undefined without /proc, or without a descriptor to read it. */
function read<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
