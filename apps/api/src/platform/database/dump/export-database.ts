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

/** Takes what is in the database, one content after the other. */
export interface DumpSink {
  add(section: string, content: AsyncIterable<Buffer>): Promise<void>;
}

/** The section with one half of the schema, where pg_dump wrote it. */
export function schemaSection(half: SchemaSection): string {
  return `database/${half}.sql`;
}

/** The section with the rows of a table, as COPY writes them. */
export function tableSection(table: string): string {
  return `database/tables/${table}`;
}

/** What is left of {@link tableSection}. */
export function tableOf(section: string): string | undefined {
  return /^database\/tables\/(.+)$/.exec(section)?.[1];
}

/**
 * Writes everything that is in the database at one moment, while others go on working with it: one
 * transaction that reads, and nothing that it sees changes.
 *
 * The rows are always COPY's, so that every backup can be restored where there is no PostgreSQL program.
 * The schema is pg_dump's where there is one that fits, with all that somebody has added by hand;
 * otherwise the migrations make it again.
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
  // A partition that is dropped meanwhile would be missing; its end waits until it has been read.
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

/** A backup that lacks a table is none: it would be found out on the day when it is needed. */
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
