import type { ClientBase } from 'pg';
import pg from 'pg';
import { pinSession } from '../session.js';

/** A table with its own rows: partitions, but not partitioned tables. */
export interface DumpedTable {
  name: string;
  columns: string[];
  /** For a partition: the partitioned table and the bounds. */
  partition: { of: string; bounds: string } | null;
  /** A string, because it may exceed the range of a number. */
  rows: string;
  /** A checksum of all values in all rows, independent of their order. */
  digest: string;
}

/** Position of a sequence. */
export interface DumpedSequence {
  name: string;
  value: string;
  isCalled: boolean;
}

/** Contents of a database, for comparison with a copy. */
export interface DatabaseFacts {
  /** `pg_dump` if it wrote the schema; `copy` if migrations are to create it. */
  method: 'pg_dump' | 'copy';
  /** The major version of the server. */
  serverVersion: number;
  /** Schema of the tables; missing in backups of older versions, where it is `public`. */
  schema?: string;
  extensions: string[];
  /** The schema of each extension; missing in backups of older versions. */
  extensionSchemas?: Record<string, string>;
  migrations: string[];
  tables: DumpedTable[];
  sequences: DumpedSequence[];
  /** The newest audit entry, as `<position>:<hash>`. */
  auditHead: string | null;
}

/** Makes a session format, parse and compare values consistently, and fail where row security would hide rows. */
export async function beginDump(client: ClientBase): Promise<void> {
  await pinSession(client);
  await client.query('SET row_security = off');
}

const TABLES = `
  SELECT c.relname AS name, parent.relname AS of, pg_get_expr(c.relpartbound, c.oid) AS bounds,
    (SELECT coalesce(array_agg(a.attname::text ORDER BY a.attnum), '{}') FROM pg_attribute a
     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns
  FROM pg_class c
  LEFT JOIN pg_inherits i ON c.relispartition AND i.inhrelid = c.oid
  LEFT JOIN pg_class parent ON parent.oid = i.inhparent
  WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
  ORDER BY c.relname`;

/** Tables of the schema, without their contents. */
export async function findTables(client: ClientBase): Promise<Omit<DumpedTable, 'rows' | 'digest'>[]> {
  const { rows } = await client.query<{ name: string; of: string | null; bounds: string; columns: string[] }>(
    TABLES,
  );
  return rows.map(({ name, of, bounds, columns }) => ({
    name,
    columns,
    partition: of === null ? null : { of, bounds },
  }));
}

/** Quoted names, separated by commas. */
export function quoted(names: readonly string[]): string {
  return names.map((name) => pg.escapeIdentifier(name)).join(', ');
}

/**
 * Counts the rows of a table and adds up their hashes. A sum does not depend on their order, which a copy need not
 * keep.
 */
export async function sumUp(
  client: ClientBase,
  { name, columns }: Pick<DumpedTable, 'name' | 'columns'>,
): Promise<{ rows: string; digest: string }> {
  const { rows } = await client.query<{ rows: string; digest: string }>(
    `SELECT count(*)::text AS rows, coalesce(sum(hash), 0)::text AS digest FROM (
       SELECT ('x' || left(encode(sha256(convert_to(ROW(${quoted(columns)})::text, 'UTF8')), 'hex'), 16))
         ::bit(64)::bigint AS hash
       FROM ONLY ${pg.escapeIdentifier(name)}) AS hashes`,
  );
  return rows[0] ?? { rows: '0', digest: '0' };
}

/** Positions of the schema's sequences. Sequences are outside the snapshot: they may be ahead, never behind. */
export async function findSequences(client: ClientBase): Promise<DumpedSequence[]> {
  const { rows } = await client.query<DumpedSequence>(
    `SELECT sequencename AS name, coalesce(last_value, start_value)::text AS value,
       last_value IS NOT NULL AS "isCalled"
     FROM pg_sequences WHERE schemaname = current_schema() ORDER BY 1`,
  );
  return rows;
}

/** The major version of the server. */
export async function serverVersion(client: ClientBase): Promise<number> {
  const { rows } = await client.query<{ version: number }>(
    `SELECT current_setting('server_version_num')::int / 10000 AS version`,
  );
  return rows[0]?.version ?? 0;
}

/** Extensions that the schema may need, except those of every database, each with its schema. */
export async function findExtensions(client: ClientBase): Promise<Record<string, string>> {
  const { rows } = await client.query<{ name: string; schema: string }>(
    `SELECT extname AS name, extnamespace::regnamespace::text AS schema FROM pg_extension
     WHERE extname <> 'plpgsql' ORDER BY 1`,
  );
  return Object.fromEntries(rows.map(({ name, schema }) => [name, schema]));
}

/** The schema of the tables. */
export async function findSchema(client: ClientBase): Promise<string> {
  const { rows } = await client.query<{ schema: string | null }>('SELECT current_schema() AS schema');
  return rows[0]?.schema ?? 'public';
}

/** The newest entry of the audit chain. */
export async function findAuditHead(client: ClientBase): Promise<string | null> {
  const { rows: tables } = await client.query<{ exists: boolean }>(
    `SELECT to_regclass('audit_entries') IS NOT NULL AS exists`,
  );
  if (!tables[0]?.exists) return null;
  const { rows } = await client.query<{ head: string }>(
    `SELECT position || ':' || hash AS head FROM audit_entries ORDER BY position DESC LIMIT 1`,
  );
  return rows[0]?.head ?? null;
}
