import { AsyncLocalStorage } from 'node:async_hooks';
import type { EventEmitter } from 'node:events';
import { BATCHES, currentWork } from './work.js';

/**
 * Which connections a statement may have. Slow requests must not keep registrations and heartbeats waiting, and slow
 * reads must not keep other requests waiting.
 */
export type Lane = 'fleet' | 'requests' | 'long reads';

/** How many connections each lane has at most. */
export interface LaneSizes {
  /** Shared by the fleet and by requests. */
  shared: number;
  /** Of the shared ones; the rest is for the fleet alone. */
  requests: number;
  longReads: number;
}

/** Divides the connections of a pool: a fifth for long reads, and a quarter of the rest for the fleet alone. */
export function laneSizes(size: number): LaneSizes {
  const longReads = Math.max(1, Math.floor(size / 5));
  const shared = Math.max(1, size - longReads);
  return { shared, requests: Math.max(1, shared - Math.ceil(shared / 4)), longReads };
}

const longReads = new AsyncLocalStorage<true>();
const requests = new AsyncLocalStorage<{ isOver: boolean }>();

/** Runs a read that may go through many rows: a chart, sums, an export. It waits for other such reads only. */
export function asLongRead<T>(read: () => Promise<T>): Promise<T> {
  return longReads.run(true, read);
}

/** Runs the handling of a request, its guards included. What it starts and leaves behind is the fleet's again. */
export function asRequest(response: EventEmitter, handle: () => void): void {
  const request = { isOver: false };
  response.once('close', () => (request.isOver = true));
  requests.run(request, handle);
}

/** The lane of the running code. */
export function currentLane(): Lane {
  if (longReads.getStore()) return 'long reads';
  if (currentWork()?.caller === BATCHES) return 'fleet';
  return requests.getStore()?.isOver === false ? 'requests' : 'fleet';
}
