import pg from 'pg';
import type { DatabaseConnection } from './connection.js';

/**
 * Opens a connection outside the pool. Retries once if the server refuses the password and its file has a new one.
 * @param prepare receives each client before it connects
 */
export async function openClient(
  connection: DatabaseConnection,
  options: pg.ClientConfig,
  prepare?: (client: pg.Client) => void,
): Promise<pg.Client> {
  const { rotation } = connection;
  const version = rotation?.version ?? 0;
  try {
    return await connect(connection, options, prepare);
  } catch (error) {
    if (!rotation?.isRenewedAfter(error, version)) throw error;
    return connect(connection, options, prepare);
  }
}

async function connect(
  connection: DatabaseConnection,
  options: pg.ClientConfig,
  prepare: ((client: pg.Client) => void) | undefined,
): Promise<pg.Client> {
  const client = new pg.Client({ ...connection, ...options });
  // Pending queries report the error.
  client.on('error', () => undefined);
  prepare?.(client);
  await client.connect();
  return client;
}
