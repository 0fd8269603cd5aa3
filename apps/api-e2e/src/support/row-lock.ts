import { waitUntil, type TestDatabase } from '@moolai/testing';
import pg from 'pg';

/** Runs a locking statement on a connection of its own; gives a function that releases the lock. */
async function hold(database: TestDatabase, statement: string): Promise<() => Promise<void>> {
  const holder = new pg.Client(database.connection);
  // A failed test drops the database below it.
  holder.on('error', () => undefined);
  await holder.connect();
  await holder.query('BEGIN');
  await holder.query(statement);
  return () => holder.end();
}

/** Locks the rows that `condition` finds; gives a function that releases them. */
export function lockRows(
  database: TestDatabase,
  table: string,
  condition = 'true',
): Promise<() => Promise<void>> {
  return hold(database, `SELECT 1 FROM ${table} WHERE ${condition} FOR UPDATE`);
}

/** Keeps everyone else from writing to a table; gives a function that releases it. */
export function lockTable(database: TestDatabase, table: string): Promise<() => Promise<void>> {
  return hold(database, `LOCK TABLE ${table} IN SHARE MODE`);
}

/** Keeps everyone else from a table, readers too; gives a function that releases it. */
export function lockOut(database: TestDatabase, table: string): Promise<() => Promise<void>> {
  return hold(database, `LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
}

/** Waits until a statement stands still for a lock. */
export async function untilBlocked(database: TestDatabase): Promise<void> {
  await waitUntil('a statement waits for a lock', async () => {
    const rows = await database.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows.length > 0;
  });
}
