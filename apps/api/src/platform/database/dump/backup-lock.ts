import type pg from 'pg';
import type { DatabaseConnection } from '../connection.js';
import { openClient } from '../open-client.js';
import { pinSession } from '../session.js';

/** An arbitrary constant: the lock of the process that makes or verifies a backup of the database. */
const BACKUP_LOCK = 8_765_004;
/** An arbitrary constant: the class of locks that mark a name as in use. */
const CLAIMS = 8_765_006;

/**
 * Runs `work` unless another process does the same with this database.
 * @returns undefined if another one does
 */
export async function whileNobodyElse<T>(
  connection: DatabaseConnection,
  work: () => Promise<T>,
): Promise<T | undefined> {
  return withSession(connection, async (client) => {
    const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [
      BACKUP_LOCK,
    ]);
    return rows[0]?.mine ? work() : undefined;
  });
}

/**
 * Runs `work`, which creates a file or database with this name. Until it ends, or its process is killed, {@link
 * forUnclaimed} skips the name.
 */
export async function whileClaimed<T>(
  connection: DatabaseConnection,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  return withSession(connection, async (client) => {
    await client.query('SELECT pg_advisory_lock_shared($1, hashtext($2))', [CLAIMS, name]);
    return work();
  });
}

/** Runs `work` for each name that no process has claimed, and prevents claims in the meantime. */
export async function forUnclaimed(
  connection: DatabaseConnection,
  names: readonly string[],
  work: (name: string) => Promise<void>,
): Promise<void> {
  if (names.length === 0) return;
  await withSession(connection, async (client) => {
    for (const name of names) {
      const { rows } = await client.query<{ free: boolean }>(
        'SELECT pg_try_advisory_lock($1, hashtext($2)) AS free',
        [CLAIMS, name],
      );
      if (rows[0]?.free) await work(name);
    }
  });
}

/** Locks that `work` takes end with its connection. */
async function withSession<T>(
  connection: DatabaseConnection,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = await openClient(connection, {
    application_name: 'moolai-backup',
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
  });
  try {
    await pinSession(client);
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
