import { api } from './http.mjs';

/** Sends GET requests one after the other, round robin; gives the milliseconds of each. */
export async function measureRequests(target, { paths, count }) {
  const ms = [];
  const byPath = {};
  for (let index = 0; index < count; index += 1) {
    const path = paths[index % paths.length];
    const startMs = performance.now();
    await api(target, 'GET', path);
    const tookMs = performance.now() - startMs;
    ms.push(tookMs);
    byPath[path] = Math.max(byPath[path] ?? 0, tookMs);
  }
  return { ms, byPath };
}
