import { Readable } from 'node:stream';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { DatabaseConnection } from '../connection.js';
import { appliedMigrations } from '../migrate.js';
import { openClient } from '../open-client.js';
import {
  beginDump,
  findAuditHead,
  findExtensions,
  findSchema,
  findSequences,
  findTables,
  quoted,
  serverVersion,
  sumUp,
  type DatabaseFacts,
  type DumpedTable,
} from './database-facts.js';
import { tablesMadeBy } from './made-tables.js';
import { dumpSchema, hasPgDump, type SchemaSection } from './pg-dump.js';

/** Receives the contents of the database, one section at a time. */
export interface DumpSink {
  add(section: string, content: AsyncIterable<Buffer>): Promise<void>;
}

/** The section with one half of the schema written by pg_dump. */
export function schemaSection(half: SchemaSection): string {
  return `database/${half}.sql`;
}

/** The section with a table's rows in COPY format. */
export function tableSection(table: string): string {
  return `database/tables/${table}`;
}

/** The inverse of {@link tableSection}. */
export function tableOf(section: string): string | undefined {
  return /^database\/tables\/(.+)$/.exec(section)?.[1];
}

/**
 * Writes a consistent snapshot of the database while others keep using it, in one read transaction.
 *
 * The rows are always in COPY format, so that every backup can be restored without a PostgreSQL program. The schema
 * comes from pg_dump if a fitting version is installed, and then includes objects added by hand; otherwise the
 * migrations recreate it.
 */
export async function exportDatabase(
  connection: DatabaseConnection,
  sink: DumpSink,
  signal?: AbortSignal,
): Promise<DatabaseFacts> {
  const client = await openClient(connection, {
    application_name: 'moolai-backup',
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
  });
  const cut = (): void => void client.connection.stream.destroy();
  signal?.addEventListener('abort', cut);
  try {
    signal?.throwIfAborted();
    return await exportSnapshot(client, connection, sink);
  } finally {
    signal?.removeEventListener('abort', cut);
    await client.end().catch(() => undefined);
  }
}

async function exportSnapshot(
  client: pg.Client,
  connection: DatabaseConnection,
  sink: DumpSink,
): Promise<DatabaseFacts> {
  await beginDump(client);
  await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const migrations = await appliedMigrations(async (sql) => (await client.query<{ name: string }>(sql)).rows);
  const schema = await findSchema(client);
  const found = await findTables(client);
  await checkComplete(client, migrations);
  // A partition dropped in the meantime would be missing, so hold off the drop until it has been read.
  if (found.length > 0) {
    await client.query(`LOCK TABLE ${quoted(found.map(({ name }) => name))} IN ACCESS SHARE MODE`);
  }
  const version = await serverVersion(client);
  const method = (await hasPgDump(version)) ? 'pg_dump' : 'copy';
  if (method === 'pg_dump') await addSchema(client, connection, schema, 'pre-data', sink);
  const tables: DumpedTable[] = [];
  for (const table of found) {
    await addRows(client, table, sink);
    tables.push({ ...table, ...(await sumUp(client, table)) });
  }
  if (method === 'pg_dump') await addSchema(client, connection, schema, 'post-data', sink);
  const extensionSchemas = await findExtensions(client);
  const facts = {
    method,
    serverVersion: version,
    schema,
    extensions: Object.keys(extensionSchemas),
    extensionSchemas,
    migrations,
    tables,
    sequences: await findSequences(client),
    auditHead: await findAuditHead(client),
  } as const;
  await client.query('COMMIT');
  return facts;
}

/** A backup without one of the tables would be useless, so refuse it now. */
async function checkComplete(client: pg.Client, migrations: string[]): Promise<void> {
  if (migrations.length === 0) {
    throw new Error('there are no tables of a controller where the search_path of the role leads');
  }
  const { rows } = await client.query<{ name: string }>(
    `SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass(quote_ident(name)) IS NULL ORDER BY 1`,
    [await tablesMadeBy(migrations)],
  );
  if (rows.length > 0) {
    throw new Error(
      `the tables ${rows.map(({ name }) => name).join(', ')} are missing: the backup would be without them`,
    );
  }
}

async function addSchema(
  client: pg.Client,
  connection: DatabaseConnection,
  schema: string,
  half: SchemaSection,
  sink: DumpSink,
): Promise<void> {
  const { rows } = await client.query<{ snapshot: string }>('SELECT pg_export_snapshot() AS snapshot');
  const script = await dumpSchema(connection, schema, half, rows[0]?.snapshot ?? '');
  await sink.add(schemaSection(half), Readable.from([Buffer.from(script, 'utf8')]));
}

async function addRows(
  client: pg.Client,
  { name, columns }: Pick<DumpedTable, 'name' | 'columns'>,
  sink: DumpSink,
): Promise<void> {
  const copy = `COPY ${quoted([name])} (${quoted(columns)}) TO STDOUT`;
  await sink.add(tableSection(name), client.query(copyTo(copy)));
}
