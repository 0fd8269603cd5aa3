import pg from 'pg';
import type { DatabaseConnection } from '../connection.js';
import { pinSession } from '../session.js';

/** Any constant: whoever makes or verifies a backup of a database holds it. */
const BACKUP_LOCK = 8_765_004;

/**
 * Runs `work` unless another process does the same with this database.
 * @returns undefined when another one does
 */
export async function whileNobodyElse<T>(
  connection: DatabaseConnection,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const client = new pg.Client({
    ...connection,
    application_name: 'moolai-backup',
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await pinSession(client);
    const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [
      BACKUP_LOCK,
    ]);
    return rows[0]?.mine ? await work() : undefined;
  } finally {
    // The lock ends with its connection.
    await client.end().catch(() => undefined);
  }
}
