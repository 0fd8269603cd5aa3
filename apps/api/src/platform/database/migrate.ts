import type { DataSource, QueryRunner } from 'typeorm';
import type { Logger } from '../logging/logger.js';
import { StartError } from '../process/data-dir-lock.js';
import type { DatabaseConnection } from './connection.js';
import { createDataSource } from './data-source.js';
import { MIGRATION_LOCK, acquireMigrationLock } from './migration-lock.js';
import { migrations } from './migrations/index.js';
import { checkServer } from './server-check.js';

/** Migrating a large table may take long. */
const WAIT_MS = 600_000;

/** Options of {@link migrate}. */
export interface MigrateOptions {
  /** `check` refuses a database that lacks migrations instead of migrating it. */
  mode?: 'run' | 'check';
  /** How long to wait for another process that migrates. */
  waitMs?: number | undefined;
}

/** Names of the migrations in this code, oldest first. */
export function knownMigrations(): string[] {
  return migrations.map(({ name }) => name);
}

/** Names of the migrations applied to a database, oldest first. */
export async function appliedMigrations(query: (sql: string) => Promise<unknown>): Promise<string[]> {
  const [table] = (await query(`SELECT to_regclass('migrations') IS NOT NULL AS exists`)) as {
    exists: boolean;
  }[];
  if (!table?.exists) return [];
  const rows = (await query('SELECT name FROM migrations ORDER BY id')) as { name: string }[];
  return rows.map(({ name }) => name);
}

/**
 * Migrates a database to this code's schema, or only checks that it is up to date. Waits while another process
 * migrates, because a migration of a large table may take longer than any query.
 *
 * @returns the names of the migrations that were run
 * @throws StartError when the database was migrated by a newer version, lacks migrations, or another process migrates
 * it for longer than the given wait
 */
export async function migrate(
  connection: DatabaseConnection,
  logger: Logger,
  { mode = 'run', waitMs = WAIT_MS }: MigrateOptions = {},
): Promise<string[]> {
  // Its own connection, without the application's statement timeout.
  const dataSource = createDataSource(connection, { hasTimeLimit: false });
  await dataSource.initialize();
  try {
    const runner = dataSource.createQueryRunner();
    try {
      await checkServer((sql) => runner.query(sql));
      await acquireMigrationLock((sql) => runner.query(sql), logger, waitMs);
      return await migrateLocked(dataSource, runner, mode);
    } finally {
      await runner.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
      await runner.release();
    }
  } finally {
    await dataSource.destroy();
  }
}

async function migrateLocked(
  dataSource: DataSource,
  runner: QueryRunner,
  mode: 'run' | 'check',
): Promise<string[]> {
  const [known, applied] = [knownMigrations(), await appliedMigrations((sql) => runner.query(sql))];
  const unknown = applied.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new StartError(
      `the database is newer than this controller, which does not know its migration ${unknown.at(-1)}: ` +
        'start the version that made it, or restore an older backup',
    );
  }
  const missing = known.filter((name) => !applied.includes(name));
  if (mode === 'check' && missing.length > 0) {
    throw new StartError(
      `the database lacks ${missing.length} migrations (the first is ${missing[0]}), and ` +
        'DATABASE_MIGRATE_AT_START is false: run `npm run migrate`',
    );
  }
  const done = missing.length > 0 ? await dataSource.runMigrations() : [];
  return done.map(({ name }) => name);
}
