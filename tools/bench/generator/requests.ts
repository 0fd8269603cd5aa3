import type { Target } from '../lib/target.ts';
import { api } from './http.ts';

export interface RequestLoad {
  paths: string[];
  count: number;
}

export interface RequestTimes {
  ms: number[];
  /** The longest of each path. */
  byPath: Record<string, number>;
}

/** Sends GET requests one after the other, round robin; gives the milliseconds of each. */
export async function measureRequests(target: Target, { paths, count }: RequestLoad): Promise<RequestTimes> {
  const ms: number[] = [];
  const byPath: Record<string, number> = {};
  for (let index = 0; index < count; index += 1) {
    const path = paths[index % paths.length] ?? '';
    const startMs = performance.now();
    await api(target, 'GET', path);
    const tookMs = performance.now() - startMs;
    ms.push(tookMs);
    byPath[path] = Math.max(byPath[path] ?? 0, tookMs);
  }
  return { ms, byPath };
}
