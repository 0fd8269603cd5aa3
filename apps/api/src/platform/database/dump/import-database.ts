import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg, { type ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import { StartError } from '../../process/data-dir-lock.js';
import type { DatabaseConnection } from '../connection.js';
import { dataSourceOptions } from '../data-source.js';
import { knownMigrations } from '../migrate.js';
import { MIGRATION_LOCK } from '../migration-lock.js';
import { migrations } from '../migrations/index.js';
import type { Transaction } from '../transactions.js';
import { expand, narrow, WIDENED_TABLES } from '../widening/widened-tables.js';
import {
  beginDump,
  findExtensions,
  findSchema,
  findTables,
  quoted,
  serverVersion,
  sumUp,
  type DatabaseFacts,
  type DumpedTable,
} from './database-facts.js';
import { schemaSection, tableOf } from './export-database.js';
import { emptySchema, isEmptySchema, loosenConstraints, otherControllers } from './target-schema.js';

/** A section of a backup, in the order of writing. */
export interface DumpedSection {
  name: string;
  content: AsyncIterable<Buffer>;
}

/** Result of an import. */
export interface Imported {
  /** Tables of the backup that neither the migrations nor its schema create: their rows were skipped. */
  leftOut: string[];
}

/** Options of an import. */
export interface ImportOptions {
  /** True to discard the existing contents. */
  replace: boolean;
  /** Runs within the transaction, after all contents were imported and verified. */
  complete?: (tx: Transaction, imported: Imported) => Promise<void>;
}

/**
 * Restores a database in one transaction: if anything fails, or the contents do not match the backup, the target stays
 * as it was.
 * @throws StartError when the target is in use, or not empty and not to be replaced
 */
export async function importDatabase(
  connection: DatabaseConnection,
  facts: DatabaseFacts,
  sections: AsyncIterable<DumpedSection>,
  { replace, complete }: ImportOptions,
): Promise<Imported> {
  const known = knownMigrations();
  const unknown = facts.migrations.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new StartError(
      `the backup is of a newer version, whose migration ${unknown.at(-1)} is not known here`,
    );
  }
  const dataSource = new DataSource({
    ...dataSourceOptions(connection, { hasTimeLimit: false }),
    migrations: migrations.filter(({ name }) => facts.migrations.includes(name)),
  });
  await dataSource.initialize();
  const runner = dataSource.createQueryRunner();
  try {
    const client = (await runner.connect()) as ClientBase;
    await beginDump(client);
    await client.query(`SET application_name = 'moolai-restore'; SET lock_timeout = '10s'`);
    await runner.startTransaction();
    await prepareTarget(client, replace);
    const imported = await fill(dataSource, runner, client, facts, sections);
    await complete?.(runner.manager, imported);
    await runner.commitTransaction();
    await client.query('ANALYZE');
    return imported;
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
    await dataSource.destroy();
  }
}

async function prepareTarget(client: ClientBase, replace: boolean): Promise<void> {
  const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [
    MIGRATION_LOCK,
  ]);
  if (!rows[0]?.mine) throw new StartError('another process migrates the database: try it again later');
  const others = await otherControllers(client);
  if (others > 0) throw new StartError('a controller is connected to the database: stop it first');
  if (await isEmptySchema(client)) return;
  if (!replace) {
    throw new StartError('the database is not empty: --force throws away what is in it');
  }
  await emptySchema(client);
}

async function fill(
  dataSource: DataSource,
  runner: QueryRunner,
  client: ClientBase,
  facts: DatabaseFacts,
  sections: AsyncIterable<DumpedSection>,
): Promise<Imported> {
  await addExtensions(client, facts);
  const byScript = await isScriptGood(client, facts);
  let finish = (): Promise<void> => Promise.resolve();
  if (!byScript) finish = await buildByMigrations(dataSource, runner, client, facts);
  const leftOut: string[] = [];
  for await (const { name, content } of sections) {
    const table = facts.tables.find((one) => one.name === tableOf(name));
    if (table && (await exists(client, table.name))) await readRows(client, table, content);
    else if (table) leftOut.push(table.name);
    else if (byScript && isSchema(name)) await runScript(client, content);
  }
  await setSequences(client, facts);
  await finish();
  await compare(client, facts, leftOut);
  return { leftOut };
}

async function addExtensions(
  client: ClientBase,
  { extensions, extensionSchemas = {} }: DatabaseFacts,
): Promise<void> {
  for (const name of extensions) {
    const schema = extensionSchemas[name];
    const { rows } = await client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
    const place = schema !== undefined && rows.length > 0 ? ` SCHEMA ${quoted([schema])}` : '';
    await client.query(`CREATE EXTENSION IF NOT EXISTS ${quoted([name])}${place}`);
  }
  // Their schemas may be new in the search path.
  await beginDump(client);
}

/**
 * True if the schema that pg_dump wrote can be used: on the same or a newer server version, and with the same schema
 * names.
 */
async function isScriptGood(client: ClientBase, facts: DatabaseFacts): Promise<boolean> {
  const { method, schema = 'public', extensionSchemas = {} } = facts;
  if (method !== 'pg_dump' || (await serverVersion(client)) < facts.serverVersion) return false;
  const present = await findExtensions(client);
  const isAlike = Object.entries(extensionSchemas).every(([name, place]) => present[name] === place);
  return isAlike && (await findSchema(client)) === schema;
}

/** @returns restores the constraints and triggers that were dropped for the import */
async function buildByMigrations(
  dataSource: DataSource,
  runner: QueryRunner,
  client: ClientBase,
  facts: DatabaseFacts,
): Promise<() => Promise<void>> {
  if (facts.migrations.length > 0) {
    await new MigrationExecutor(dataSource, runner).executePendingMigrations();
  }
  // The backup was made while ids were being widened: the controller continues from there.
  for (const widened of WIDENED_TABLES) {
    const columns = facts.tables.find(({ name }) => name === widened.table)?.columns ?? [];
    if (!columns.includes(widened.wide)) continue;
    for (const statement of [...narrow(widened), ...expand(widened)]) await client.query(statement);
  }
  for (const { name, partition } of facts.tables) {
    if (!partition || (await exists(client, name))) continue;
    await client.query(
      `CREATE TABLE ${quoted([name])} PARTITION OF ${quoted([partition.of])} ${partition.bounds}`,
    );
  }
  return loosenConstraints(client);
}

async function exists(client: ClientBase, table: string): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [
    pg.escapeIdentifier(table),
  ]);
  return rows[0]?.found ?? false;
}

function isSchema(section: string): boolean {
  return section === schemaSection('pre-data') || section === schemaSection('post-data');
}

async function runScript(client: ClientBase, content: AsyncIterable<Buffer>): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk);
  await client.query(Buffer.concat(chunks).toString('utf8'));
  // The script sets its own search path.
  await beginDump(client);
}

async function readRows(
  client: ClientBase,
  { name, columns }: DumpedTable,
  content: AsyncIterable<Buffer>,
): Promise<void> {
  const copy = `COPY ${quoted([name])} (${quoted(columns)}) FROM STDIN`;
  await pipeline(Readable.from(content), client.query(copyFrom(copy)));
}

async function setSequences(client: ClientBase, { sequences }: DatabaseFacts): Promise<void> {
  for (const { name, value, isCalled } of sequences) {
    await client.query(
      `SELECT setval(s.seqrelid, $2, $3) FROM pg_sequence s WHERE s.seqrelid = to_regclass($1)`,
      [pg.escapeIdentifier(name), value, isCalled],
    );
  }
}

/** Compares row counts and checksums with the backup. */
async function compare(client: ClientBase, facts: DatabaseFacts, leftOut: string[]): Promise<void> {
  const present = (await findTables(client)).map(({ name }) => name);
  for (const table of facts.tables) {
    if (leftOut.includes(table.name)) continue;
    if (!present.includes(table.name)) throw new Error(`the table ${table.name} is missing`);
    const { rows, digest } = await sumUp(client, table);
    if (rows !== table.rows || digest !== table.digest) {
      throw new Error(
        `the table ${table.name} is not what it was: ${rows} rows (${digest}) instead of ${table.rows} (${table.digest})`,
      );
    }
  }
}
