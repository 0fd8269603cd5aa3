import { waitUntil, type TestDatabase } from '@moolai/testing';
import pg from 'pg';

/** Locks the rows that `condition` finds, on a connection of its own; gives what lets go of them. */
export async function lockRows(
  database: TestDatabase,
  table: string,
  condition = 'true',
): Promise<() => Promise<void>> {
  const holder = new pg.Client(database.connection);
  // A failed test drops the database below it.
  holder.on('error', () => undefined);
  await holder.connect();
  await holder.query('BEGIN');
  await holder.query(`SELECT 1 FROM ${table} WHERE ${condition} FOR UPDATE`);
  return () => holder.end();
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
