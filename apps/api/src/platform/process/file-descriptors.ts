import { readdirSync, readFileSync } from 'node:fs';
import type { Server } from 'node:net';
import type { Logger } from '../logging/logger.js';

/** What is kept for the database, its processes, files and the log, whatever comes from outside. */
const RESERVED = 64;
/** Even where there are nearly none: somebody has to see what is wrong. */
const MIN_CONNECTIONS = 16;
/** Refused connections are told of once in this time. */
const COMPLAINT_PAUSE_MS = 60_000;

/** How many files this process may have open; undefined where the system does not say. */
export function descriptorLimit(): number | undefined {
  const limits = read(() => readFileSync('/proc/self/limits', 'utf8'));
  const limit = /^Max open files +(\d+)/m.exec(limits ?? '')?.[1];
  return limit === undefined ? undefined : Number(limit);
}

/** How many it has open; undefined where the system does not say. */
export function openDescriptors(): number | undefined {
  // Reading the directory takes one, too.
  const names = read(() => readdirSync('/proc/self/fd'));
  return names && names.length - 1;
}

/** True for an error that says that this process, or the machine, has no file descriptor left. */
export function isOutOfDescriptors(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === 'EMFILE' || code === 'ENFILE';
}

/**
 * Lets a server take only so many connections that the database and the files always get their descriptors. Each
 * connection is one; without a bound, whoever opens enough of them takes them from everything else.
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

/** Undefined where it cannot be read: on a system without /proc, or without a descriptor to read it with. */
function read<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
