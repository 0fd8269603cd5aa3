import { waitUntil, type TestDatabase } from '@moolai/testing';
import pg from 'pg';

/** Runs a locking statement on a separate connection; returns a function that releases the lock. */
async function hold(database: TestDatabase, statement: string): Promise<() => Promise<void>> {
  const holder = new pg.Client(database.connection);
  // If the test fails, its database is dropped while this connection is open.
  holder.on('error', () => undefined);
  await holder.connect();
  await holder.query('BEGIN');
  await holder.query(statement);
  return () => holder.end();
}

/** Locks the rows that match `condition`; returns a function that releases them. */
export function lockRows(
  database: TestDatabase,
  table: string,
  condition = 'true',
): Promise<() => Promise<void>> {
  return hold(database, `SELECT 1 FROM ${table} WHERE ${condition} FOR UPDATE`);
}

/** Blocks all other writes to a table; returns a function that releases it. */
export function lockTable(database: TestDatabase, table: string): Promise<() => Promise<void>> {
  return hold(database, `LOCK TABLE ${table} IN SHARE MODE`);
}

/** Blocks all other access to a table, reads too; returns a function that releases it. */
export function lockOut(database: TestDatabase, table: string): Promise<() => Promise<void>> {
  return hold(database, `LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
}

/** Waits until a statement waits for a lock. */
export async function untilBlocked(database: TestDatabase): Promise<void> {
  await waitUntil('a statement waits for a lock', async () => {
    const rows = await database.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows.length > 0;
  });
}
