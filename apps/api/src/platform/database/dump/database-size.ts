import pg from 'pg';
import type { DatabaseConnection } from '../connection.js';

/** How much room a database takes on its server. */
export async function databaseBytes(connection: DatabaseConnection): Promise<number> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ bytes: string }>(
      'SELECT pg_database_size(current_database()) AS bytes',
    );
    return Number(rows[0]?.bytes);
  } finally {
    await client.end();
  }
}
