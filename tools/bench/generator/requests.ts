import type { Target } from '../lib/target.ts';
import { read } from './http.ts';

export interface RequestLoad {
  paths: string[];
  count: number;
  /** Sends the tag of the last answer of each path, as a poller does. */
  isPolling?: boolean;
}

export interface RequestTimes {
  ms: number[];
  /** The longest of each path. */
  byPath: Record<string, number>;
}

/** Sends GET requests one after the other, round robin; gives the milliseconds of each until its last byte. */
export async function measureRequests(
  target: Target,
  { paths, count, isPolling = false }: RequestLoad,
): Promise<RequestTimes> {
  const ms: number[] = [];
  const byPath: Record<string, number> = {};
  const tags = new Map<string, string | undefined>();
  for (let index = 0; index < count; index += 1) {
    const path = paths[index % paths.length] ?? '';
    const startMs = performance.now();
    const { etag } = await read(target, path, tags.get(path));
    const tookMs = performance.now() - startMs;
    ms.push(tookMs);
    if (isPolling) tags.set(path, etag);
    byPath[path] = Math.max(byPath[path] ?? 0, tookMs);
  }
  return { ms, byPath };
}
