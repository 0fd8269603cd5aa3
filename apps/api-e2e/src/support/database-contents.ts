import type { QueryResultRow } from 'pg';

/** A database that accepts queries. */
interface Queried {
  query<T extends QueryResultRow>(statement: string): Promise<T[]>;
}

/** Everything that is the same in two equal databases. */
export interface DatabaseContents {
  /** All rows of each table, as sorted text. */
  rows: Record<string, string[]>;
  sequences: { sequencename: string; last_value: string | null }[];
  structure: string[];
}

const STRUCTURE = `
  SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' ||
    coalesce(column_default, '') AS line
  FROM information_schema.columns WHERE table_schema = 'public'
  UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
  UNION ALL SELECT pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    AND prokind = 'f' AND prolang <> (SELECT oid FROM pg_language WHERE lanname = 'c')
  ORDER BY 1`;

/** Reads a whole database without the code that makes backups. */
export async function contentsOf(database: Queried): Promise<DatabaseContents> {
  const tables = await database.query<{ name: string }>(
    // Without the leases, which a running controller renews every second.
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
       AND relname <> 'controller_starts'`,
  );
  const rows: Record<string, string[]> = {};
  for (const { name } of tables) {
    const found = await database.query<{ row: string }>(
      `SELECT t::text AS row FROM ONLY ${name} t ORDER BY 1`,
    );
    rows[name] = found.map(({ row }) => row);
  }
  const lines = await database.query<{ line: string }>(STRUCTURE);
  return {
    rows,
    sequences: await database.query(
      `SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1`,
    ),
    structure: lines.map(({ line }) => line),
  };
}

/** The contents of a restored database without the audit entry that the restore adds. */
export function withoutRestore({ rows, sequences, structure }: DatabaseContents): DatabaseContents {
  const entries = rows['audit_entries'] ?? [];
  const others = entries.filter((row) => !row.includes(',backup.restored,'));
  expect(entries.length - others.length).toBe(1);
  return {
    rows: { ...rows, audit_entries: others },
    sequences: sequences.map((one) =>
      one.sequencename === 'audit_pending_id_seq'
        ? { ...one, last_value: String(Number(one.last_value) - 1) }
        : one,
    ),
    structure,
  };
}
