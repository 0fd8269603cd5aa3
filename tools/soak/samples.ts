import { readdirSync, readFileSync } from 'node:fs';
import type { Controller } from './controller.ts';

export interface ProcessSample {
  rssMb: number;
  descriptors: number;
}

export interface TableSize {
  bytes: number;
  rows: number;
}

/** Memory and descriptors of a process. */
export function processSample(pid: number): ProcessSample {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
  return { rssMb: Math.round(kilobytes / 1024), descriptors: readdirSync(`/proc/${pid}/fd`).length };
}

/** Bytes of each table with its indexes, and its rows, largest first. */
export async function tableSizes(controller: Controller): Promise<Map<string, TableSize>> {
  const tables = await controller.sql<{ name: string; bytes: number }>(`
    SELECT oid::regclass::text AS name, pg_total_relation_size(oid)::float8 AS bytes
      FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC`);
  const sizes = new Map<string, TableSize>();
  for (const { name, bytes } of tables) {
    // Counted: the statistics begin anew when the database recovers from a crash.
    const { rows } = await controller.row<{ rows: number }>(`SELECT count(*)::float8 AS rows FROM ${name}`);
    sizes.set(name, { bytes, rows });
  }
  return sizes;
}
