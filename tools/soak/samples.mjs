import { readdirSync, readFileSync } from 'node:fs';

/** Memory and descriptors of a process. */
export function processSample(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
  return { rssMb: Math.round(kilobytes / 1024), descriptors: readdirSync(`/proc/${pid}/fd`).length };
}

/** Bytes of each table with its indexes, largest first. */
export async function tableSizes(controller) {
  const rows = await controller.sql(`
    SELECT c.relname AS name, pg_total_relation_size(c.oid)::float8 AS bytes, s.n_live_tup::float8 AS live
      FROM pg_class c JOIN pg_stat_user_tables s ON s.relid = c.oid
     WHERE c.relkind = 'r' ORDER BY 2 DESC`);
  return new Map(rows.map(({ name, bytes, live }) => [name, { bytes, live }]));
}
