import { AsyncLocalStorage } from 'node:async_hooks';
import type { EventEmitter } from 'node:events';
import { BATCHES, currentWork } from './work.js';

/**
 * Which connections a statement may use. Slow requests must not delay registrations and heartbeats, and slow reads must
 * not delay other requests.
 */
export type Lane = 'fleet' | 'requests' | 'long reads';

/** Maximum number of connections per lane. */
export interface LaneSizes {
  /** Shared by the fleet and requests. */
  shared: number;
  /** Requests' part of the shared ones; the rest is for the fleet only. */
  requests: number;
  longReads: number;
}

/** Divides a pool's connections: a fifth for long reads, and a quarter of the rest for the fleet only. */
export function laneSizes(size: number): LaneSizes {
  const longReads = Math.max(1, Math.floor(size / 5));
  const shared = Math.max(1, size - longReads);
  return { shared, requests: Math.max(1, shared - Math.ceil(shared / 4)), longReads };
}

const longReads = new AsyncLocalStorage<true>();
const requests = new AsyncLocalStorage<{ isOver: boolean }>();

/** Runs a read that may process many rows: a chart, sums, an export. It only competes with other long reads. */
export function asLongRead<T>(read: () => Promise<T>): Promise<T> {
  return longReads.run(true, read);
}

/**
 * Runs the handling of a request, including its guards. Work that it starts and that outlives it belongs to the fleet
 * again.
 */
export function asRequest(response: EventEmitter, handle: () => void): void {
  const request = { isOver: false };
  response.once('close', () => (request.isOver = true));
  requests.run(request, handle);
}

/** The lane of the current code. */
export function currentLane(): Lane {
  if (longReads.getStore()) return 'long reads';
  if (currentWork()?.caller === BATCHES) return 'fleet';
  return requests.getStore()?.isOver === false ? 'requests' : 'fleet';
}
