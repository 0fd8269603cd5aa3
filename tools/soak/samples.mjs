import { readdirSync, readFileSync } from 'node:fs';

/** Memory and descriptors of a process. */
export function processSample(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
  return { rssMb: Math.round(kilobytes / 1024), descriptors: readdirSync(`/proc/${pid}/fd`).length };
}

/** Bytes of each table with its indexes, and its rows, largest first. */
export async function tableSizes(controller) {
  const tables = await controller.sql(`
    SELECT oid::regclass::text AS name, pg_total_relation_size(oid)::float8 AS bytes
      FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC`);
  const sizes = new Map();
  for (const { name, bytes } of tables) {
    // Counted: the statistics begin anew when the database recovers from a crash.
    const [{ rows }] = await controller.sql(`SELECT count(*)::float8 AS rows FROM ${name}`);
    sizes.set(name, { bytes, rows });
  }
  return sizes;
}
