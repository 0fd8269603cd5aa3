import type { DatabaseConnection } from '../connection.js';
import { openClient } from '../open-client.js';

/** Size of a database on its server. */
export async function databaseBytes(connection: DatabaseConnection): Promise<number> {
  const client = await openClient(connection, { connectionTimeoutMillis: 5_000 });
  try {
    const { rows } = await client.query<{ bytes: string }>(
      'SELECT pg_database_size(current_database()) AS bytes',
    );
    return Number(rows[0]?.bytes);
  } finally {
    await client.end();
  }
}
